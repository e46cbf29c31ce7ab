/// The numbers under which a runner finds what its host lends it.
package enum InheritedDescriptor {
    package static let control: Int32 = 3
    /// Memory for the record of a fault.
    package static let faults: Int32 = 4
    /// The counter that tells the host of it.
    package static let faultCounter: Int32 = 5
}

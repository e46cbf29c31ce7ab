package import LinuxSystem

/// What a watcher tells the host.
package enum WatchReport: Hashable, Sendable {
    /// The file has this content now and nobody is writing to it; the content may be the same as before.
    case settled(path: String, status: FileStatus)
    /// The file has been gone for longer than the grace time.
    case removed(path: String)
    /// The file has another name now, with the content that was reported under the old one.
    case moved(from: String, to: String)
    /// Who may write to a directory, or to one of those above it, may have changed.
    case rightsChanged
    /// The signature beside this file has arrived or changed.
    case signatureChanged(path: String)
    /// Every file that was there at the start, complete and not being written, has been reported.
    ///
    /// Those that somebody had open for writing have been waited for, but only for a moment.
    case initialScanFinished
    /// The directory can't be watched as it should be; what was reported before goes on, as far as it can.
    case trouble(directory: String, message: String)
    /// The trouble of the directory is over.
    case troubleOver(directory: String)
    /// Hosts in these processes watch the directory already.
    case shared(directory: String, processes: [Int32])
}

/// How many calls of a plugin run at once.
public struct CallSupport<Instance: AnyObject>: Sendable {
    let isConcurrent: Bool

    /// One call at a time.
    public static var oneAtATime: CallSupport { CallSupport(isConcurrent: false) }
}

extension CallSupport where Instance: Sendable {
    /// As many calls at once as the host likes.
    public static var concurrent: CallSupport { CallSupport(isConcurrent: true) }
}

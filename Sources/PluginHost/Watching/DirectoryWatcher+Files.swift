internal import Glibc
import LinuxSystem

extension DirectoryWatcher {
    /// Passes a hint on to the file's machine, and does what the machine wants.
    func notice(_ path: String, _ hint: FileSettling.Hint) {
        guard isRunning else { return }
        if files[path] == nil {
            // One watched directory may lie in another: what becomes of a file is told by the nearest.
            let holders = roots.indices.filter { path.isBelow(roots[$0].path) }
            guard let root = holders.max(by: { roots[$0].path.utf8.count < roots[$1].path.utf8.count }) else { return }
            let settling = FileSettling(policy: policy, hasEvents: !roots[root].needsScans)
            files[path] = TrackedFile(root: root, settling: settling)
        }
        let hint = tempered(hint, for: path)
        guard let action = files[path]?.settling.noticed(hint, now: .now) else { return }
        let mayBeWhole: FileSettling.Hint = policy.isImmediate ? [.placed, .closed] : .placed
        if !hint.isDisjoint(with: mayBeWhole), case .look = action { expect(path) }
        perform(action, for: path)
    }

    /// Takes the haste from a file that can be reached by other names, unless it has been quiet for the window.
    ///
    /// A directory or a link that is swapped, or another name of a file, says nothing about who was writing to it.
    private func tempered(_ hint: FileSettling.Hint, for path: String) -> FileSettling.Hint {
        guard hint.contains(.placed), !policy.isImmediate, let status = (try? FileStatus.of(path)) ?? nil else {
            return hint
        }
        let isFound = hint.contains(.found) || status.links > 1
        guard isFound || (try? FileStatus.of(path, followingLinks: false))??.kind == .symbolicLink else { return hint }
        var time = timespec()
        unsafe clock_gettime(CLOCK_REALTIME, &time)
        let age =
            Duration(secondsComponent: Int64(time.tv_sec), attosecondsComponent: 0)
            + .nanoseconds(time.tv_nsec) - .nanoseconds(status.modified)
        return age < policy.window ? hint.subtracting(.placed) : hint
    }

    private func woke(_ path: String) {
        files[path]?.timer = nil
        guard isRunning, let action = files[path]?.settling.woke(now: .now) else { return }
        perform(action, for: path)
        endFirstScanUnlessHeld()
    }

    /// Does what a machine wants until it wants nothing for now.
    private func perform(_ first: FileSettling.Action, for path: String) {
        let before = files[path]?.settling.settled
        var action = first
        while case .look(let content) = action {
            let look: FileSettling.Look
            do throws(SystemCallError) {
                look = try self.look(at: path, content: content)
            } catch {
                // Not to be allowed to look, or a server that doesn't answer, does not mean that the file is gone.
                guard files[path]?.settling.isBlank == false else { return forget(path) }
                return wake(path, at: .now.advanced(by: policy.rescanInterval))
            }
            if let status = look.status { takeOverRenamed(path, status) }
            guard let next = files[path]?.settling.looked(look, now: .now) else { return }
            action = next
        }
        if let before, files[path]?.settling.settled != before { unname(before, path) }
        switch action {
        case .look: break
        case .wake(let instant): wake(path, at: instant)
        case .none:
            cancelTimer(of: path)
            if files[path]?.settling.isBlank == true { forget(path) }
        case .settled(let status):
            cancelTimer(of: path)
            names[WatchPlan.Key(status)] = path
            if unconfirmed != nil {
                unconfirmed?.append((path, status))
            } else {
                report(.settled(path: path, status: status))
            }
        case .removed:
            forget(path)
            report(.removed(path: path))
        }
    }

    /// Looks a file up, and opens it if its content matters.
    private func look(at path: String, content: Bool) throws(SystemCallError) -> FileSettling.Look {
        counters.filesLookedAt += 1
        guard otherNames.isEmpty || !otherNames.contains(path.parentPath) else { return .init(status: nil) }
        guard var status = try FileStatus.of(path), status.kind == .regular else { return .init(status: nil) }
        if linked.update(path, status, on: inotify, calls: calls) {
            guard let later = try FileStatus.of(path), later.kind == .regular else { return .init(status: nil) }
            status = later
        }
        guard content else { return .init(status: status) }
        return .init(status: status, content: try self.content(at: path, as: status))
    }

    /// What only opening a file tells; one that can't be opened is for the loader to refuse.
    private func content(at path: String, as status: FileStatus) throws(SystemCallError) -> FileSettling.Content {
        var found = FileSettling.Content(isComplete: true, hasWriter: false)
        let later: FileStatus?
        // Without O_NONBLOCK, a pipe that has taken the file's place would stop the thread.
        if let file = try? OwnedFileDescriptor.open(path, flags: O_RDONLY | O_NONBLOCK | O_NOCTTY) {
            let hasWriter = file.hasWriter() ?? false
            found = .init(isComplete: !hasWriter && isComplete(file), hasWriter: hasWriter)
            later = try file.status()
        } else {
            later = try FileStatus.of(path)
        }
        // One that changes while it is looked at is being written.
        return later == status ? found : .init(isComplete: false, hasWriter: true)
    }

    /// Recognises a file that was reported under a name that is gone.
    private func takeOverRenamed(_ path: String, _ status: FileStatus) {
        guard let file = files[path], file.settling.isBlank, let old = names[WatchPlan.Key(status)], old != path,
            let known = files[old]?.settling.settled, known.isSameContent(as: status),
            (try? FileStatus.of(old) == nil) == true
        else { return }
        forget(old)
        files[path]?.settling = FileSettling(
            policy: policy,
            hasEvents: !roots[file.root].needsScans,
            settledAs: status
        )
        names[WatchPlan.Key(status)] = path
        report(.moved(from: old, to: path))
    }

    private func forget(_ path: String) {
        cancelTimer(of: path)
        linked.forget(path, on: inotify)
        guard let file = files.removeValue(forKey: path) else { return }
        if let status = file.settling.settled { unname(status, path) }
    }

    /// Forgets that a file was reported by this path.
    private func unname(_ status: FileStatus, _ path: String) {
        if names[WatchPlan.Key(status)] == path { names[WatchPlan.Key(status)] = nil }
    }

    private func wake(_ path: String, at instant: MonotonicInstant) {
        if let timer = files[path]?.timer {
            if timer.instant == instant { return }
            loop.cancel(timer.id)
        }
        let id = loop.schedule(at: instant) { [weak self] in self?.assumeIsolated { $0.woke(path) } }
        files[path]?.timer = (id, instant)
    }

    private func cancelTimer(of path: String) {
        guard let timer = files[path]?.timer else { return }
        loop.cancel(timer.id)
        files[path]?.timer = nil
    }
}

extension FileStatus {
    /// Whether it is the same file with the same content; a rename changes only the time of the last change.
    func isSameContent(as other: FileStatus) -> Bool {
        device == other.device && inode == other.inode && size == other.size && modified == other.modified
    }
}

extension String {
    /// Whether this is the path of something inside a directory.
    fileprivate func isBelow(_ directory: String) -> Bool {
        hasPrefix(directory.hasSuffix("/") ? directory : directory + "/")
    }

    /// The path from the root directory on, without names that say nothing.
    package var absolutePath: String {
        if isPlainPath { return self }
        var path = self
        if !path.hasPrefix("/"), let working = unsafe getcwd(nil, 0) {
            path = unsafe String(cString: working) + "/" + path
            unsafe free(working)
        }
        return "/" + path.split(separator: "/").filter { $0 != "." }.joined(separator: "/")
    }

    /// Whether it begins at the root directory and certainly has no name that says nothing, as most paths.
    private var isPlainPath: Bool {
        guard utf8.first == UInt8(ascii: "/") else { return false }
        var previous: UInt8 = 0
        for byte in utf8 {
            if previous == UInt8(ascii: "/"), byte == UInt8(ascii: "/") || byte == UInt8(ascii: ".") { return false }
            previous = byte
        }
        return previous != UInt8(ascii: "/")
    }
}

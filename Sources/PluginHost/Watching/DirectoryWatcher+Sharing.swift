import LinuxSystem

extension DirectoryWatcher {
    /// A directory that is watched here, as other hosts on this machine can see.
    struct Presence {
        let key: WatchPlan.Key
        let name: DirectoryPresence
    }

    /// Says that a root's directory is watched, and reports who watches the same one already (HR-10).
    func appear(at index: Int) {
        let path = roots[index].path
        let status = roots[index].survey?.trouble == nil ? (try? FileStatus.of(path)) ?? nil : nil
        let key = status.map(WatchPlan.Key.init)
        guard key != roots[index].presence?.key else { return }
        roots[index].presence = nil
        // Two ways to one directory are one host all the same.
        guard let key, !roots.contains(where: { $0.presence?.key == key }),
            let name = try? DirectoryPresence(device: key.device, inode: key.inode)
        else { return }
        roots[index].presence = Presence(key: key, name: name)
        if !name.others.isEmpty { report(.shared(directory: path, processes: name.others)) }
    }
}

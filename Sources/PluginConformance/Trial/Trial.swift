internal import CPluginABI
internal import Glibc
internal import LinuxSystem
package import PluginHost
package import PluginLoading

/// One check at work on one plugin, in a process of its own.
package final class Trial {
    /// The file, whose bytes were inspected.
    package let image: InspectedImage
    /// What it is checked with.
    package let options: CheckOptions
    /// A directory for this check alone.
    package let place: TemporaryPlace
    /// Random numbers of this check.
    package var random: SeededRandom
    let progress: ProgressFile
    private let host: CheckHost
    private var loaded: MappedImage?

    /// Reads the file.
    package init(
        path: String,
        check: String,
        options: CheckOptions,
        place: TemporaryPlace,
        progressPath: String?
    ) throws(CheckEnd) {
        do throws(PluginError) {
            image = try ImageInspector.inspect(try ImageFile.read(path), path: path)
        } catch {
            throw .violated(error.message)
        }
        self.options = options
        self.place = place
        random = SeededRandom(seed: options.seed, check: check)
        progress = ProgressFile(path: progressPath)
        host = CheckHost(settings: options.settings)
    }

    /// Maps a private copy of the file, once.
    package func map() throws(CheckEnd) -> MappedImage {
        if let loaded { return loaded }
        progress.note("the file was loaded")
        let copy = "\(place.path)/plugin.so"
        do throws(SystemCallError) {
            try OwnedFileDescriptor.open(copy, flags: O_WRONLY | O_CREAT | O_EXCL, mode: 0o500).write(image.bytes)
        } catch {
            throw .skipped("no copy of the file could be written to \(copy): \(error); name another place in TMPDIR")
        }
        do throws(PluginFault) {
            let mapped = try MappedImage(copy, of: image.path) { (path) throws(DynamicLibrary.Failure) in
                try DynamicLibrary(opening: path)
            }
            loaded = mapped
            return mapped
        } catch {
            throw .violated(error.message)
        }
    }

    /// What the plugin says of itself.
    func descriptor() throws(CheckEnd) -> FactoryDescription { try map().description }

    // MARK: Instances

    /// Creates an instance.
    func create() throws(CheckEnd) -> Subject {
        let (reply, table) = try unsafe create(with: host.table)
        guard reply.isOK else { throw .violated("create failed: \(reply.reason)") }
        guard unsafe table.struct_size == ABISize.instance else {
            throw .violated(
                "create filled in an instance of \(unsafe table.struct_size) bytes instead of \(ABISize.instance)"
            )
        }
        guard unsafe table.execute != nil, unsafe table.destroy != nil else {
            throw .violated("create filled in an instance without execute or destroy, which have no default")
        }
        return unsafe Subject(table, settings: options.settings, progress: progress)
    }

    /// Calls `create` with the table of a host that says that it has so many bytes.
    func createWithHost(ofSize size: UInt32) throws(CheckEnd) -> Reply {
        var table = unsafe host.makeTable(size: size)
        let (reply, instance) = try unsafe create(with: &table)
        if reply.isOK, let destroy = unsafe instance.destroy { unsafe destroy(instance.context) }
        return reply
    }

    private func create(
        with host: UnsafePointer<ph_host_v1_t>
    ) throws(CheckEnd) -> (reply: Reply, table: ph_instance_v1_t) {
        guard let create = unsafe try map().table?.create else { throw .violated("its factory has no function create") }
        progress.note("create was called")
        var table = unsafe ph_instance_v1_t()
        var complaint = AnswerBuffer()
        let status = unsafe complaint.withSink { unsafe create(host, &table, $0) }
        return unsafe (Reply(status: status, complaint: complaint.text), table)
    }

    /// Creates an instance and brings it to where a state can be restored; one that refuses can't be checked.
    func initialised() throws(CheckEnd) -> Subject {
        let subject = try create()
        for step in [Step.load, .initialise] {
            let reply = subject.perform(step)
            guard reply.isOK else {
                throw .skipped("\(step.rawValue) failed: \(reply.reason); see the check 'order', or give --settings")
            }
        }
        return subject
    }

    /// Starts an instance that is initialised or stopped; one that refuses can't be checked.
    func start(_ subject: Subject) throws(CheckEnd) {
        let reply = subject.perform(.start)
        guard reply.isOK else {
            throw .skipped("start failed: \(reply.reason); see the check 'order', or give --settings")
        }
    }

    /// Creates an instance that serves, and has served the calls that were given.
    func running() throws(CheckEnd) -> Subject {
        let subject = try initialised()
        try start(subject)
        try serve(subject)
        return subject
    }

    /// Makes the calls that were given.
    func serve(_ subject: Subject) throws(CheckEnd) {
        for call in options.calls {
            subject.note("\(call.method) was called")
            let reply = subject.call(call.method, call.input)
            guard reply.isOK else {
                throw .skipped("the call \(call.method) failed: \(reply.reason); see the check 'calls'")
            }
        }
    }

    /// Ends an instance that runs or is paused.
    func end(_ subject: Subject) throws(CheckEnd) {
        try subject.live(.stop, .unload, after: "start")
        subject.destroy()
    }
}

import Foundation
import Testing

/// A program that puts a new build in place; it stands in a directory with the build as `new.so`.
struct WriterTool: CustomTestStringConvertible, Sendable {
    let testDescription: String
    /// The program; it may be missing on a machine.
    let program: String
    /// What is done before the host starts.
    var preparation = ":"
    let script: String
    /// How long the host waits until a file counts as finished.
    var window = Duration.milliseconds(150)

    init(_ name: String, _ script: String, program: String? = nil, after preparation: String = ":") {
        testDescription = name
        self.script = script
        self.program = program ?? String(name.prefix { $0 != " " })
        self.preparation = preparation
    }

    private func with(window: Duration) -> Self {
        var tool = self
        tool.window = window
        return tool
    }

    static let all = [
        WriterTool("cp", "cp new.so plugins/liba.so"),
        WriterTool("cp --remove-destination", "cp --remove-destination new.so plugins/liba.so"),
        WriterTool("mv", "mv new.so plugins/liba.so"),
        WriterTool("mv by a third name", "mv plugins/liba.so x; mv new.so plugins/liba.so; rm x"),
        WriterTool("install", "install -m 755 new.so plugins/liba.so"),
        WriterTool("rsync", "rsync -aI new.so plugins/liba.so"),
        WriterTool("rsync --inplace", "rsync -I --inplace --no-whole-file new.so plugins/liba.so"),
        WriterTool("tar x", "tar xf new.tar -C plugins", after: "cp new.so liba.so; tar cf new.tar liba.so"),
        WriterTool(
            "tar x --overwrite",
            "tar xf new.tar --overwrite -C plugins",
            after: "cp new.so liba.so; tar cf new.tar liba.so"
        ),
        WriterTool("ln", "ln -f new.so plugins/liba.so"),
        WriterTool("ln -s", "ln -sf ../new.so plugins/liba.so"),
        WriterTool("dd", "dd if=new.so of=plugins/liba.so bs=512 status=none"),
        WriterTool("dd conv=notrunc", "dd if=new.so of=plugins/liba.so conv=notrunc bs=64 status=none"),
        WriterTool(
            "git checkout",
            "git checkout -q new",
            after: """
                git init -q -b old .; git config user.name a; git config user.email a@b; git add plugins/liba.so
                git commit -qm old; git checkout -qb new; cp new.so plugins/liba.so; git commit -qam new
                git checkout -q old
                """
        ),
        WriterTool("sed -i", "sed -i 's/tag=1/tag=2/' plugins/liba.so"),
        WriterTool("vim -es", "vim -es -u NONE -i NONE -b plugins/liba.so -c '%s/tag=1/tag=2/' -c wq"),
        WriterTool("ex", "ex -es -u NONE -i NONE -b plugins/liba.so -c '%s/tag=1/tag=2/' -c wq"),
        WriterTool(
            "python3",
            "python3 -c \"new = open('new.so', 'rb').read(); open('plugins/liba.so', 'wb').write(new)\""
        ),
        WriterTool("cat", "cat new.so > plugins/liba.so"),
        WriterTool(
            "shell in pieces",
            "head -c 9000 new.so > plugins/liba.so; tail -c +9001 new.so >> plugins/liba.so",
            program: "tail"
        )
        // Nobody has the file open while the second program is started.
        .with(window: .seconds(5)),
    ]

    /// Whether the machine has the program.
    var isThere: Bool {
        let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
        return path.split(separator: ":").contains { access("\($0)/\(program)", X_OK) == 0 }
    }
}

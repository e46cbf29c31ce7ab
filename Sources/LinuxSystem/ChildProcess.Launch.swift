extension ChildProcess {
    /// What a child reads as its standard input.
    package enum StandardInput: Sendable {
        /// Nothing.
        case nothing
        /// What this process reads.
        case inherited
        /// Whatever the descriptor gives.
        case lent(any LendableDescriptor)
    }

    /// Where a child prints to.
    package enum StandardOutput: Hashable, Sendable {
        /// Both outputs into one pipe, in their order.
        case joined
        /// Each output into a pipe of its own.
        case apart
        /// To where this process prints.
        case inherited
    }

    /// A program that is to be started, and with what.
    package struct Launch: Sendable {
        /// The path of the program.
        package var executable: String
        /// What the program is told it was called as; its path, if `nil`.
        package var name: String?
        /// The words after the program's name.
        package var arguments: [String]
        /// All of its environment.
        package var environment: [String: String]
        /// Where it starts; where this process is, if `nil`.
        package var directory: String?
        /// What it reads.
        package var input = StandardInput.nothing
        /// Where it prints to.
        package var output = StandardOutput.joined
        /// Its descriptors 3, 4 and so on.
        package var lending: [any LendableDescriptor] = []
        /// Whether the kernel kills it when this process ends, however that happens.
        ///
        /// Not so its own children, and not programs that get rights by their file (set-user-ID), for which the kernel
        /// forgets it.
        package var endsWithParent = false
        /// Whether it stays in the process group of this process, so that the keys of a terminal reach both.
        ///
        /// Nothing that it has started ends with it then.
        package var keepsGroup = false

        package init(executable: String, arguments: [String] = [], environment: [String: String] = [:]) {
            self.executable = executable
            self.arguments = arguments
            self.environment = environment
        }
    }
}

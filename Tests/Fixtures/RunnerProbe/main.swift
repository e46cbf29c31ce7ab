import Glibc

// A process for tests: it puts itself into a sandbox and then says of each thing that it is told to do how it went, one line
// each. What kills it is seen by its end.
//
//     runner-probe [prepared-]sandbox RULES ACTION...
//     runner-probe fault FILE KIND

let words = Array(CommandLine.arguments.dropFirst())
switch words.first {
case "sandbox" where words.count > 1, "prepared-sandbox" where words.count > 1:
    SandboxProbe.enter(rules: words[1], prepares: words[0] != "sandbox")
    for action in words.dropFirst(2) { say("\(action) \(SandboxProbe.perform(action))") }
case "fault" where words.count == 3:
    FaultProbe.fail(words[2], reportingTo: words[1])
default:
    say("usage: runner-probe [prepared-]sandbox RULES ACTION...")
    exit(64)
}

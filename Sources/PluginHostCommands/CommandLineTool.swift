/// The command line.
package enum CommandLineTool {}

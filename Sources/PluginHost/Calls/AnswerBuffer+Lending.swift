internal import CPluginABI
internal import PluginLoading

extension AnswerBuffer {
    /// Lends the buffer as a sink, as `withSink` does; in this module, so that it becomes part of the path of a call.
    @inline(__always)
    mutating func lend<Result>(_ body: (UnsafePointer<ph_sink_v1_t>) -> Result) -> Result {
        unsafe withUnsafeMutablePointer(to: &self) { buffer in
            var sink = unsafe ph_sink_v1_t(context: buffer) { context, bytes, size in
                unsafe AnswerBuffer.write(context, bytes, size)
            }
            return unsafe body(&sink)
        }
    }
}

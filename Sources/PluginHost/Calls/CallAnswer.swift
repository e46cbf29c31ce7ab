internal import CPluginABI
internal import PluginLoading

/// What a plugin writes in one call, an answer or why there is none, on the caller's stack.
///
/// One to which nothing was written costs two words of zero: no allocation, and nothing that would have to be released. Here
/// and not in the loader, so that it becomes part of the path of a call.
@safe
struct CallAnswer: ~Copyable {
    /// Why a call has failed; apart, because it is rare.
    private final class Complaint {
        var text = AnswerBuffer()
    }

    private var answer: [UInt8]?
    private var complaint: Unmanaged<Complaint>?

    @inline(__always)
    init() {
        answer = nil
        unsafe complaint = nil
    }

    /// Lends both as sinks: the answer's, and that for errors.
    @inline(__always)
    mutating func lend(
        _ body: (UnsafePointer<ph_sink_v1_t>, UnsafePointer<ph_sink_v1_t>) -> ph_status_t
    ) -> ph_status_t {
        unsafe withUnsafeMutablePointer(to: &self) { own in
            var answer = unsafe ph_sink_v1_t(context: own) { context, bytes, size in
                guard let own = unsafe context?.assumingMemoryBound(to: CallAnswer.self) else { return PH_BUSY }
                return unsafe AnswerBuffer.append(bytes, size, to: &own.pointee.answer)
            }
            var complaint = unsafe ph_sink_v1_t(context: own) { context, bytes, size in
                guard let own = unsafe context?.assumingMemoryBound(to: CallAnswer.self) else { return PH_BUSY }
                return unsafe own.pointee.complain(bytes, size)
            }
            return unsafe body(&answer, &complaint)
        }
    }

    private mutating func complain(_ bytes: UnsafePointer<UInt8>?, _ size: UInt64) -> ph_status_t {
        let complaint = unsafe complaint ?? .passRetained(Complaint())
        unsafe self.complaint = complaint
        return unsafe withUnsafeMutablePointer(to: &complaint.takeUnretainedValue().text) { text in
            unsafe AnswerBuffer.write(text, bytes, size)
        }
    }

    /// The answer, when there is one; a complaint beside it is dropped.
    @inline(__always)
    consuming func bytes() -> [UInt8] {
        if unsafe complaint != nil { _ = takeComplaint() }
        return answer ?? []
    }

    /// Why there is no answer, as far as the plugin has said.
    @inline(never)
    mutating func takeComplaint() -> String {
        guard let complaint = unsafe complaint else { return "" }
        unsafe self.complaint = nil
        return unsafe complaint.takeRetainedValue().text.text
    }
}

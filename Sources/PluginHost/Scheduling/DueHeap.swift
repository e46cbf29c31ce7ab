/// Slots by the time at which they are due, the earliest first: a binary heap that knows where each slot stands.
///
/// Setting and removing take logarithmic time; an entry takes 16 bytes, and 4 more for its place.
struct DueHeap: Sendable {
    struct Entry: Hashable, Sendable {
        /// In nanoseconds of any one clock.
        let due: Int64
        let slot: Int32

        static func < (left: Entry, right: Entry) -> Bool {
            left.due == right.due ? left.slot < right.slot : left.due < right.due
        }
    }

    private static let nowhere: Int32 = -1

    private var entries: [Entry] = []
    /// Where each slot stands among the entries.
    private var places: [Int32] = []

    var count: Int { entries.count }
    var first: Entry? { entries.first }
    var slots: [Int32] { entries.map(\.slot) }

    /// When a slot is due; `nil` if it is not here.
    func due(_ slot: Int32) -> Int64? {
        place(of: slot).map { entries[$0].due }
    }

    /// Puts a slot in, or moves it if it is here.
    mutating func set(_ slot: Int32, due: Int64) {
        let entry = Entry(due: due, slot: slot)
        guard let place = place(of: slot) else {
            while places.count <= Int(slot) { places.append(Self.nowhere) }
            entries.append(entry)
            places[Int(slot)] = Int32(entries.count - 1)
            siftUp(entries.count - 1)
            return
        }
        entries[place] = entry
        siftUp(place)
        siftDown(Int(places[Int(slot)]))
    }

    /// Takes a slot out, if it is here.
    mutating func remove(_ slot: Int32) {
        guard let place = place(of: slot) else { return }
        swap(place, entries.count - 1)
        entries.removeLast()
        places[Int(slot)] = Self.nowhere
        guard place < entries.count else { return }
        let moved = entries[place].slot
        siftUp(place)
        siftDown(Int(places[Int(moved)]))
    }

    private func place(of slot: Int32) -> Int? {
        guard Int(slot) < places.count, places[Int(slot)] != Self.nowhere else { return nil }
        return Int(places[Int(slot)])
    }

    private mutating func swap(_ left: Int, _ right: Int) {
        entries.swapAt(left, right)
        places[Int(entries[left].slot)] = Int32(left)
        places[Int(entries[right].slot)] = Int32(right)
    }

    private mutating func siftUp(_ start: Int) {
        var index = start
        while index > 0, entries[index] < entries[(index - 1) / 2] {
            swap(index, (index - 1) / 2)
            index = (index - 1) / 2
        }
    }

    private mutating func siftDown(_ start: Int) {
        var index = start
        while true {
            var least = index
            for child in [2 * index + 1, 2 * index + 2] where child < entries.count && entries[child] < entries[least] {
                least = child
            }
            guard least != index else { return }
            swap(index, least)
            index = least
        }
    }
}

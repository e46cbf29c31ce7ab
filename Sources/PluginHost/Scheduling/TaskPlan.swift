internal import LinuxSystem

/// A schedule that was checked: it always has a next moment.
enum TaskPlan: Sendable {
    /// At equal distances, in nanoseconds of CLOCK_MONOTONIC.
    case every(Int64)
    case cron(Cron)

    /// An expression with its zone; an object, because most tasks have an interval and need no room for one.
    final class Cron: Sendable {
        let expression: CronExpression
        let zone: TimeZoneRules

        init(_ expression: CronExpression, _ zone: TimeZoneRules) {
            self.expression = expression
            self.zone = zone
        }

        /// The first moment after one, both in nanoseconds since 1970.
        func next(after wall: Int64) -> Int64? {
            expression.next(after: wall.flooredDivision(by: 1_000_000_000).quotient, in: zone).map {
                $0 * 1_000_000_000
            }
        }
    }

    /// Less would keep a processor busy with nothing else.
    static let shortest = Duration.milliseconds(10)
    /// More would only be a way to say never.
    static let longest = ConfigurationKey.longest

    /// Checks a declaration; the error has the code `bad-configuration`, and says what is allowed.
    init(_ declaration: TaskDeclaration) throws(PluginError) {
        func refused(_ reason: String) -> PluginError {
            let name = CronExpression.Fault.quoted(declaration.name)
            return PluginError(code: .badConfiguration, message: "the task \(name) can't be scheduled: \(reason)")
        }
        let bounds = "\(DurationText.format(Self.shortest)) to \(DurationText.format(Self.longest))"
        guard declaration.deadline > .zero, declaration.deadline <= Self.longest else {
            throw refused("its deadline is \(DurationText.format(declaration.deadline)); it must be from 1ms to 8760h")
        }
        switch declaration.schedule {
        case .every(let interval):
            guard (Self.shortest...Self.longest).contains(interval) else {
                throw refused("its interval is \(DurationText.format(interval)); it must be from \(bounds)")
            }
            self = .every(interval.wholeNanoseconds)
        case .cron(let text, let zoneName):
            let expression: CronExpression
            do throws(CronExpression.Fault) {
                expression = try CronExpression(text)
            } catch {
                throw refused(error.message)
            }
            do throws(TimeZones.Fault) {
                self = .cron(Cron(expression, try TimeZones.named(zoneName)))
            } catch {
                throw refused(error.message)
            }
        }
    }

    /// The moment after one, both in nanoseconds since 1970.
    func next(after wall: Int64) -> Int64? {
        switch self {
        case .every(let interval): wall + interval
        case .cron(let cron): cron.next(after: wall)
        }
    }
}

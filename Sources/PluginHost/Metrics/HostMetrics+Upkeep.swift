internal import struct FoundationEssentials.Date

extension HostMetrics {
    /// The handlers of events, and what waits for them.
    var messaging: [MetricFamily] {
        var waiting = MetricFamily("plugin_host_event_queue_length", .gauge, "Events that wait for a handler.")
        var limit = MetricFamily("plugin_host_event_queue_limit", .gauge, "How many events may wait for a handler.")
        var stuck = MetricFamily(
            "plugin_host_event_handler_stuck",
            .gauge,
            "Whether a call of a handler that was cut off has not returned yet."
        )
        var events = MetricFamily(
            "plugin_host_handler_events",
            .counter,
            "Events for a handler, by what became of them."
        )
        for handler in figures.handlers {
            let labels = [Label("plugin", handler.plugin), Label("handler", handler.name)]
            waiting.add(labels, handler.waiting)
            limit.add(labels, handler.queue)
            stuck.add(labels, handler.isStuck)
            let counts = handler.counts
            for (name, count) in [
                ("handled", counts.handled), ("failed", counts.failed), ("timed-out", counts.timedOut),
                ("skipped", counts.skipped), ("dropped", counts.dropped),
            ] { events.add(labels + [Label("outcome", name)], count) }
        }
        return [waiting, limit, stuck, events]
    }

    /// The scheduled tasks.
    var tasks: [MetricFamily] {
        var runs = MetricFamily("plugin_host_task_runs", .counter, "Runs of a task that have ended, well or not.")
        var failures = MetricFamily("plugin_host_task_failures", .counter, "Runs of a task that have failed.")
        var missed = MetricFamily(
            "plugin_host_task_missed",
            .counter,
            "Moments of a task that had no run of their own."
        )
        var last = MetricFamily(
            "plugin_host_task_last_run_duration_seconds",
            .gauge,
            in: .seconds,
            "How long the last run of a task took."
        )
        var states = MetricFamily("plugin_host_task_state", .stateset, "What a task does.")
        for task in figures.tasks {
            let labels = [Label("task", task.name)]
            runs.add(labels, task.runs)
            failures.add(labels, task.failures)
            missed.add(labels, task.missed)
            last.add(labels, task.lastSeconds.map { .real($0) })
            states.add(labels, state: task.state.rawValue, of: TaskStatus.State.allCases.map(\.rawValue))
        }
        return [runs, failures, missed, last, states]
    }

    /// The parts of the host.
    var heartbeat: [MetricFamily] {
        var state = MetricFamily("plugin_host_part_state", .stateset, "How a part of the host is.")
        var alive = MetricFamily(
            "plugin_host_part_last_alive_timestamp_seconds",
            .gauge,
            in: .seconds,
            "When a part of the host last reported that it is alive."
        )
        let names = HeartbeatStatus.State.allCases.map(\.rawValue)
        for part in figures.heartbeat.components {
            let labels = [Label("part", part.name)]
            state.add(labels, state: part.state.rawValue, of: names)
            alive.add(labels, part.lastAlive.map { .real($0.timeIntervalSince1970) })
        }
        let isHealthy = figures.heartbeat.state == .healthy
        return [
            single("healthy", .gauge, "Whether all parts of the host are healthy.", .whole(isHealthy ? 1 : 0)), state,
            alive,
        ]
    }

    /// The managed programs.
    var programs: [MetricFamily] {
        var running = MetricFamily("plugin_host_program_up", .gauge, "Whether a managed program runs.")
        var restarts = MetricFamily("plugin_host_program_restarts", .counter, "How often a program was started again.")
        for program in figures.programs {
            let labels = [Label("program", program.id)]
            running.add(labels, program.state == .running)
            restarts.add(labels, program.restarts)
        }
        return [running, restarts]
    }
}

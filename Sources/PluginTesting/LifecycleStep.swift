/// A step of an instance's life that takes nothing but the instance.
enum LifecycleStep: String {
    case load, start, pause, resume, stop, unload, refresh
}

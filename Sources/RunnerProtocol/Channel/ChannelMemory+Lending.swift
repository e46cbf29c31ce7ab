internal import LinuxSystem

extension ChannelMemory: LendableDescriptor {}

using Mote.Abi.Linux;

namespace Mote.Kernel.Vfs;

/// <summary>An event that epoll_wait(2) returns, with the data that the program gave for it.</summary>
public readonly record struct EpollReady(PollEvents Events, ulong Data);

namespace Mote.Kernel.Vfs;

/// <summary>What identifies an item of an interest list: the descriptor's number and the description together (epoll(7)).</summary>
internal readonly record struct EpollKey(int Descriptor, OpenFile File);

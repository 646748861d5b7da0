using Mote.Machine;

namespace Mote.Kernel.Vfs;

/// <summary>One piece of a program's buffer (struct iovec of readv(2)), already checked to lie in the program's half.</summary>
public readonly record struct IoVector(VirtAddr Address, ulong Length);

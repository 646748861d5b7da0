using System;

namespace Mote.Kernel.Fs.Proc;

/// <summary>A kind of namespace (namespaces(7)); of each there is one, with the number of Linux's first (linux/proc_ns.h).</summary>
/// <param name="name">The name in /proc/PID/ns.</param>
/// <param name="type">The name that its link shows.</param>
/// <param name="number">The inode.</param>
/// <param name="cloneFlag">The flag of clone(2) that would make another.</param>
internal readonly ref struct NamespaceKind(ReadOnlySpan<byte> name, ReadOnlySpan<byte> type, uint number, uint cloneFlag)
{
    public const int Count = 10;

    public ReadOnlySpan<byte> Name { get; } = name;

    public ReadOnlySpan<byte> Type { get; } = type;

    public uint Number { get; } = number;

    public uint CloneFlag { get; } = cloneFlag;

    /// <summary>Whether it has others above it in a tree (PID_NS and USER_NS).</summary>
    public bool IsNested => Type.SequenceEqual("pid"u8) || Type.SequenceEqual("user"u8);

    public static NamespaceKind At(int index) => index switch
    {
        0 => new("net"u8, "net"u8, 0xf000_0000, 0x4000_0000),
        1 => new("uts"u8, "uts"u8, 0xefff_fffe, 0x0400_0000),
        2 => new("ipc"u8, "ipc"u8, 0xefff_ffff, 0x0800_0000),
        3 => new("pid"u8, "pid"u8, 0xefff_fffc, 0x2000_0000),
        4 => new("pid_for_children"u8, "pid"u8, 0xefff_fffc, 0x2000_0000),
        5 => new("user"u8, "user"u8, 0xefff_fffd, 0x1000_0000),
        6 => new("mnt"u8, "mnt"u8, 0xf000_0001, 0x0002_0000),
        7 => new("cgroup"u8, "cgroup"u8, 0xefff_fffb, 0x0200_0000),
        8 => new("time"u8, "time"u8, 0xefff_fffa, 0x80),
        _ => new("time_for_children"u8, "time"u8, 0xefff_fffa, 0x80),
    };
}

using System;
using Mote.Abi.Linux;

namespace Mote.Kernel.Fs.Proc;

/// <summary>A name in a process's directory.</summary>
internal readonly ref struct ProcessEntry(ReadOnlySpan<byte> name, ProcessEntryKind kind, FileType type = FileType.Regular, uint mode = 0x124)
{
    public ReadOnlySpan<byte> Name { get; } = name;

    public ProcessEntryKind Kind { get; } = kind;

    public FileType Type { get; } = type;

    public uint Mode { get; } = mode;
}

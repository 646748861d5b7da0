using System;
using Mote.Abi.Linux;

namespace Mote.Kernel.Fs.Proc;

/// <summary>A name in a process's directory.</summary>
internal readonly ref struct ProcessEntry(
    ReadOnlySpan<byte> name,
    ProcessEntryKind kind,
    FileType type = FileType.Regular,
    uint? mode = null,
    GeneratedRules rules = GeneratedRules.Process,
    ProcessEntryPlace place = ProcessEntryPlace.Both)
{
    private const uint Searchable = 0x16d;
    private const uint Readable = 0x124;
    private const uint Everything = 0x1ff;

    public ReadOnlySpan<byte> Name { get; } = name;

    public ProcessEntryKind Kind { get; } = kind;

    public FileType Type { get; } = type;

    public uint Mode { get; } = mode ?? (type == FileType.Directory ? Searchable : type == FileType.SymbolicLink ? Everything : Readable);

    public GeneratedRules Rules { get; } = rules;

    /// <summary>Whether it is in the directory of a thread, or else of a process.</summary>
    public bool IsIn(bool isThread) => place != (isThread ? ProcessEntryPlace.Process : ProcessEntryPlace.Thread);
}

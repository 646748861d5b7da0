using System;
using Mote.Kernel.Vfs;
using Mote.Machine;

namespace Mote.Kernel.Processes;

/// <summary>What a process runs and was given, as /proc shows it. Strings are bytes without NUL.</summary>
public sealed class ProgramImage
{
    /// <summary>The program's file; null before the first program.</summary>
    public PathNode? File { get; init; }

    /// <summary>Absolute path of the program's file.</summary>
    public byte[] Path { get; init; } = [];

    public byte[][] Arguments { get; init; } = [];

    public byte[][] Environment { get; init; } = [];

    /// <summary>The auxiliary vector as the program got it: pairs of 64-bit words, AT_NULL included.</summary>
    public byte[] AuxiliaryVector { get; init; } = [];

    /// <summary>First instruction of the program or its interpreter.</summary>
    public VirtAddr Start { get; init; }

    /// <summary>Stack pointer at the first instruction.</summary>
    public VirtAddr StackPointer { get; init; }

    /// <summary>The end of the stack.</summary>
    public VirtAddr StackTop { get; init; }

    /// <summary>Where the argument strings lie on the stack; environment strings follow them up to <see cref="StringsEnd"/>.</summary>
    public VirtAddr ArgumentsStart { get; init; }

    public VirtAddr EnvironmentStart { get; init; }

    public VirtAddr StringsEnd { get; init; }

    /// <summary>The user that the program runs as: the process's, or the file's owner.</summary>
    public uint EffectiveUid { get; init; }

    public uint EffectiveGid { get; init; }

    /// <summary>The path as execve(2) was given it, which may lead over links or to a script.</summary>
    public byte[] GivenPath { get; init; } = [];

    /// <summary>A process runs it: nobody may write to its file (ETXTBSY).</summary>
    internal void Hold() => File?.Inode.AddRunner();

    /// <summary>The process that <see cref="Hold"/> was for has ended or runs something else.</summary>
    internal void LetGo() => File?.Inode.RemoveRunner();

    /// <summary>The last component of the path that was given, at most 15 bytes: the first thread's name (begin_new_exec in Linux's fs/exec.c).</summary>
    public ReadOnlySpan<byte> CommandName
    {
        get
        {
            ReadOnlySpan<byte> name = GivenPath.AsSpan(GivenPath.AsSpan().LastIndexOf((byte)'/') + 1);
            return name[..Math.Min(name.Length, 15)];
        }
    }
}

using System;
using Mote.Kernel.Syscalls;
using Mote.Machine;

namespace Mote.Kernel.Observe;

/// <summary>A call that a thread is in: its arguments as they were at the start and the text so far.</summary>
internal sealed class TracedCall
{
    private readonly ulong[] _arguments = new ulong[6];

    internal int Number { get; private set; }

    internal int ThreadId { get; private set; }

    internal SyscallShape Shape { get; private set; }

    internal AddressSpace Space { get; private set; } = null!;

    internal TraceLine Line { get; } = new();

    /// <summary>The first argument that is not in the text yet.</summary>
    internal int NextArgument { get; set; }

    /// <summary>The beginning has been shown already, because another thread had something to show in between.</summary>
    internal bool IsBeginningShown { get; set; }

    /// <summary>What the call returned; valid for the arguments that it fills.</summary>
    internal long Result { get; set; }

    internal ulong this[int index] => _arguments[index];

    internal int ArgumentCount => Shape.Name == null ? 6 : Shape.Count;

    internal void Begin(int number, in SyscallArguments a) =>
        Begin(number, a.Thread.Id, a.Space, [a.A0, a.A1, a.A2, a.A3, a.A4, a.A5]);

    internal void Begin(int number, int threadId, AddressSpace space, ReadOnlySpan<ulong> arguments)
    {
        Number = number;
        ThreadId = threadId;
        Shape = SyscallCatalog.Describe(number);
        Space = space;
        NextArgument = 0;
        IsBeginningShown = false;
        Result = 0;
        Line.Clear();
        Array.Clear(_arguments);
        arguments.CopyTo(_arguments);
    }

    internal ArgumentKind KindOf(int index) => Shape.Name == null ? ArgumentKind.Hex : Shape[index];

    internal void AppendName()
    {
        if (Shape.Name == null)
        {
            Line.Append("syscall_"u8);
            Line.AppendHex((uint)Number);
        }
        else
        {
            Line.Append(Shape.Name);
        }
    }

    /// <summary>Reads a structure of the program. False is a bad address.</summary>
    internal bool TryRead(ulong address, Span<byte> to) => address != 0 && Space.Read(new VirtAddr(address), to) == to.Length;
}

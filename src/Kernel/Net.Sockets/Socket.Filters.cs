using System;
using Mote.Abi.Linux;
using Mote.Kernel.Filters;
using Mote.Machine;

namespace Mote.Kernel.Net.Sockets;

// SO_ATTACH_FILTER and its kin (socket(7), Documentation/networking/filter.rst): which messages a socket takes, and how much of them.
public abstract partial class Socket
{
    /// <summary>The program that was attached; null for none.</summary>
    private protected FilterProgram? Filter { get; private set; }

    /// <summary>Whether the type looks at a filter, or has nothing that one could be asked of, as streams of AF_UNIX.</summary>
    protected virtual bool TakesFilter => true;

    /// <summary>The filter has changed.</summary>
    protected virtual void OnFilterSet()
    {
    }

    /// <summary>
    /// SO_ATTACH_FILTER: the instructions as they lie in the program's memory. EPERM when the filter is locked, EINVAL for what is not
    /// allowed.
    /// </summary>
    [MayAllocate("a filter is attached; the call has reserved memory")]
    public Errno AttachFilter(ReadOnlySpan<byte> instructions)
    {
        FilterInstruction[] steps = new FilterInstruction[instructions.Length / FilterInstruction.Bytes];
        for (int i = 0; i < steps.Length; i++)
        {
            steps[i] = FilterInstruction.Read(instructions[(i * FilterInstruction.Bytes)..]);
        }

        if (!FilterProgram.TryCreate(steps, out FilterProgram? program))
        {
            return Errno.EINVAL;
        }

        Filter = program;
        OnFilterSet();
        return Errno.None;
    }

    /// <summary>Whether a filter may be attached at all: ENOPROTOOPT for a type without, EPERM when it is locked.</summary>
    public Errno CheckFilter() => !TakesFilter ? Errno.ENOPROTOOPT : Has(OptionBits.FilterLocked) ? Errno.EPERM : Errno.None;

    /// <summary>SO_GET_FILTER: how many instructions there are.</summary>
    public int FilterLength => Filter?.Instructions.Length ?? 0;

    /// <summary>SO_GET_FILTER: writes one of the instructions.</summary>
    public void WriteFilter(int index, Span<byte> to) => Filter!.Instructions[index].Write(to);

    private Errno DetachFilter()
    {
        if (Has(OptionBits.FilterLocked))
        {
            return Errno.EPERM;
        }

        if (Filter == null)
        {
            return Errno.ENOENT;
        }

        Filter = null;
        OnFilterSet();
        return Errno.None;
    }

    /// <summary>How many bytes of a message the filter keeps; none is zero.</summary>
    private protected uint FilterBytes(byte[] message, ushort protocol) =>
        Filter!.Run(new MessageFilterInput(message, protocol, Home.NextRandom()));
}

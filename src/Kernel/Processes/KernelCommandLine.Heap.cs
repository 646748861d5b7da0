using System;

namespace Mote.Kernel.Processes;

// The words about the kernel heap.
public sealed partial class KernelCommandLine
{
    /// <summary>Limit of the kernel heap in bytes (mote.heap, with K or M after the number); zero is none.</summary>
    public ulong HeapBytes { get; private set; }

    /// <summary>Collect at every system call and check the heap each time (mote.heap.stress): for tests.</summary>
    public bool IsHeapStressed { get; private set; }

    /// <summary>Which system call of those that reserve memory is refused it, counted from one (mote.heap.fail); zero is none.</summary>
    public ulong FailedReservation { get; private set; }

    /// <summary>Which allocation finds no memory, counted from one (mote.heap.fail.allocation); zero is none.</summary>
    public ulong FailedAllocation { get; private set; }

    private bool TakeHeap(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        if (key.SequenceEqual("mote.heap"u8))
        {
            HeapBytes = ParseSize(value);
        }
        else if (key.SequenceEqual("mote.heap.stress"u8))
        {
            IsHeapStressed = true;
        }
        else if (key.SequenceEqual("mote.heap.fail"u8))
        {
            FailedReservation = ParseDecimal(value);
        }
        else if (key.SequenceEqual("mote.heap.fail.allocation"u8))
        {
            FailedAllocation = ParseDecimal(value);
        }
        else
        {
            return false;
        }

        return true;
    }

    private static ulong ParseSize(ReadOnlySpan<byte> text)
    {
        int shift = text.IsEmpty ? 0 : text[^1] switch
        {
            (byte)'K' or (byte)'k' => 10,
            (byte)'M' or (byte)'m' => 20,
            _ => 0,
        };
        return unchecked(ParseDecimal(text) << shift);
    }
}

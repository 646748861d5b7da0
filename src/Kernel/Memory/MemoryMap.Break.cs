using Mote.Machine;

namespace Mote.Kernel.Memory;

// The program's break: the heap of brk(2), an area that starts behind the program's own.
public sealed partial class MemoryMap
{
    private ulong _break;
    private ulong _breakStart;

    /// <summary>RLIMIT_DATA: bytes of the heap, and of all private memory that can be written (getrlimit(2)).</summary>
    public ulong HeapLimit { get; set; } = ulong.MaxValue;

    /// <summary>The end of the heap, to the byte.</summary>
    public VirtAddr Break => new(_break);

    /// <summary>Where the heap begins.</summary>
    public VirtAddr BreakStart => new(_breakStart);

    /// <summary>Puts the empty heap at an address; the loader does it.</summary>
    public void StartBreak(VirtAddr address)
    {
        _breakStart = address.Value;
        _break = address.Value;
    }

    /// <summary>Moves the end of the heap; returns where it is then: unchanged when that cannot be.</summary>
    public VirtAddr SetBreak(VirtAddr address)
    {
        ulong wanted = address.Value;
        if (wanted < _breakStart || !address.IsUser || wanted - _breakStart > HeapLimit)
        {
            return Break;
        }

        ulong oldEnd = PageBits.Up(_break);
        ulong newEnd = PageBits.Up(wanted);
        if (newEnd < oldEnd)
        {
            if (IsSealed(new VirtAddr(newEnd), oldEnd - newEnd))
            {
                return Break;
            }

            Unmap(new VirtAddr(newEnd), oldEnd - newEnd);
        }
        else if (newEnd == oldEnd)
        {
            _break = wanted;
            return Break;
        }
        else if (!Map(new MapRequest
        {
            Address = new VirtAddr(oldEnd),
            Length = newEnd - oldEnd,
            Placement = MapPlacement.FixedNoReplace,
            Protection = PageAccess.Read | PageAccess.Write,
            Flags = AreaFlags.Heap | FutureFlags,
        }).IsOk)
        {
            return Break;
        }
        _break = wanted;
        if (newEnd > oldEnd && FutureFlags != AreaFlags.None)
        {
            _ = PopulateLocked(new VirtAddr(oldEnd), newEnd - oldEnd); // as for a mapping: what is missing comes when it is touched
        }

        return new VirtAddr(wanted);
    }
}

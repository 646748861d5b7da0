using System.Runtime.InteropServices;

namespace Mote.Machine;

/// <summary>
/// The heap of kernel objects. It is collected only where the kernel asks for it: at the entry of a system call and when the machine is idle. There too it is
/// seen to that enough memory is left for what is about to begin (ADR 0008). On the desktop runtime, whose own collector does the work, nothing here does anything.
/// </summary>
public static unsafe partial class KernelHeap
{
    /// <summary>What one system call may allocate besides what it asks for with <see cref="CanAllocate"/>, in bytes.</summary>
    public const int ReserveBytes = 128 * 1024;

    // What the end of the machine needs when even that was not enough.
    private const int LastBytes = 128 * 1024;

    // What boot.S gives the heap; not from the frame allocator.
    private const ulong BootBytes = 256 * 1024;
    private const int BudgetDue = 1;
    private const int MemoryDue = 2;
    private const int TestDue = 4;

    private static int s_due;
    private static ulong s_limit = ulong.MaxValue;
    private static ulong s_lastPause;
    private static ulong s_longestPause;
    private static ulong s_totalPause;
    private static HeapExhaustionHandler? s_exhaustion;

    /// <summary>Whether <see cref="Prepare"/> has something to do: two instructions on the way of each system call.</summary>
    public static bool IsDue => s_due != 0;

    /// <summary>Figures, for whoever looks into the machine.</summary>
    public static HeapStatistics Statistics
    {
        get
        {
            HeapStatistics result = default;
            if (!MachineKind.IsHosted)
            {
                // SAFETY: the runtime writes the structure's first fields, which are laid out as it lays out its own.
                unsafe
                {
                    Native.ReadHeapStatistics(&result);
                }
            }

            return result with { LastPause = s_lastPause, LongestPause = s_longestPause, TotalPause = s_totalPause };
        }
    }

    /// <summary>Bytes that the heap may still grow by, limit and free frames considered.</summary>
    private static ulong BytesLeft
    {
        get
        {
            ulong frames = FrameTable.AvailableFrames << PageSize.Shift;
            ulong used = HeapPages.Bytes + BootBytes;
            ulong left = s_limit < used ? 0 : s_limit - used;
            left = left < frames ? left : frames;
            return left < LastBytes ? 0 : left - LastBytes;
        }
    }

    /// <summary>Collects if that is due, and says whether the system call may begin: one that reserves memory may not when <see cref="ReserveBytes"/> cannot be had.</summary>
    /// <param name="reserves">Whether it is such a call.</param>
    public static bool Prepare(bool reserves)
    {
        if ((s_due & TestDue) != 0)
        {
            return PrepareForTest(reserves);
        }

        // Where memory is short, a collection before each call that frees something would find little more than the one before.
        if (reserves || (s_due & BudgetDue) != 0)
        {
            Collect();
        }

        return !reserves || (s_due & MemoryDue) == 0;
    }

    /// <summary>
    /// Whether objects whose size or number a program chooses can be had beyond what its system call has reserved. Asked before they are allocated; ENOMEM when not.
    /// It may collect.
    /// </summary>
    public static bool CanAllocate(long bytes) =>
        MachineKind.IsHosted || BytesLeft >= (ulong)bytes + ReserveBytes || CanAllocateAfterCollection((ulong)bytes);

    /// <summary>Collects now.</summary>
    public static void Collect()
    {
        if (MachineKind.IsHosted)
        {
            return;
        }

        ulong start = Native.ReadTsc();
        Native.CollectHeap();
        s_lastPause = Native.ReadTsc() - start;
        s_totalPause += s_lastPause;
        s_longestPause = s_lastPause > s_longestPause ? s_lastPause : s_longestPause;
        if (BytesLeft < ReserveBytes)
        {
            s_due |= MemoryDue;
        }
    }

    /// <summary>Caps the heap; zero is no limit but the machine's memory.</summary>
    public static void SetLimit(ulong bytes)
    {
        if (!MachineKind.IsHosted && bytes != 0)
        {
            s_limit = bytes;
            Native.SetHeapLimit((nuint)bytes);
        }
    }

    /// <summary>Registers what ends the machine when an object cannot be had in the middle of something. Without it that is a panic.</summary>
    public static void SetExhausted(HeapExhaustionHandler handler)
    {
        s_exhaustion = handler;
        if (!MachineKind.IsHosted)
        {
            // SAFETY: the function keeps the runtime's contract: it does not return.
            unsafe
            {
                Native.SetHeapExhausted(&Exhausted);
            }
        }
    }

    /// <summary>Called once, when frames can be had.</summary>
    internal static void Start()
    {
        FrameTable.ReserveForHeap((ReserveBytes + LastBytes) >> PageSize.Shift);

        // SAFETY: the hooks keep the runtime's contract, and a static field has a fixed address in the image.
        unsafe
        {
            Native.SetHeapPages(&HeapPages.Commit, &HeapPages.Release);
            fixed (int* due = &s_due)
            {
                Native.SetCollectionDue(due, ReserveBytes + LastBytes);
            }
        }
    }

    /// <summary>The heap has grown: what it may grow by further may be less than the reserve.</summary>
    internal static void OnPagesTaken()
    {
        if (FrameTable.AvailableFrames < (ReserveBytes + LastBytes) >> PageSize.Shift)
        {
            s_due |= MemoryDue;
        }
    }

    private static bool CanAllocateAfterCollection(ulong bytes)
    {
        Collect();
        return BytesLeft >= bytes + ReserveBytes;
    }

    [UnmanagedCallersOnly]
    private static void Exhausted()
    {
        HeapExhaustionHandler? handler = s_exhaustion;
        s_exhaustion = null;
        handler?.Handle();
    }
}

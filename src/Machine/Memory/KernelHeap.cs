namespace Mote.Machine;

/// <summary>
/// The heap of kernel objects. It is collected only where the kernel asks for it: at the entry of a system call and when the machine is idle (ADR 0008).
/// On the desktop runtime, whose own collector does the work, nothing here does anything.
/// </summary>
public static unsafe class KernelHeap
{
    private const nuint ReserveBytes = 256 * 1024;

    private static int s_due;
    private static bool s_isAlwaysDue;
    private static ulong s_lastPause;
    private static ulong s_longestPause;
    private static ulong s_totalPause;

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

    /// <summary>Collects if that is due. Costs two instructions when it is not.</summary>
    public static void CollectIfDue()
    {
        if (s_due != 0)
        {
            Collect();
        }
    }

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
        if (s_isAlwaysDue)
        {
            s_due |= 1;
        }
    }

    /// <summary>For tests: freed memory is poisoned, the whole heap is checked after each collection, and every system call collects.</summary>
    public static void Stress()
    {
        if (!MachineKind.IsHosted)
        {
            Native.CheckHeap();
            s_isAlwaysDue = true;
            s_due |= 1;
        }
    }

    /// <summary>Called once, when frames can be had.</summary>
    internal static void Start()
    {
        // SAFETY: the hooks keep the runtime's contract, and a static field has a fixed address in the image.
        unsafe
        {
            Native.SetHeapPages(&HeapPages.Commit, &HeapPages.Release);
            fixed (int* due = &s_due)
            {
                Native.SetCollectionDue(due, ReserveBytes);
            }
        }
    }
}

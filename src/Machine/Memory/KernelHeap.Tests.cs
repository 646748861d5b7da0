namespace Mote.Machine;

// What tests can make the heap do.
public static unsafe partial class KernelHeap
{
    private static bool s_isStressed;
    private static ulong s_reservationsLeft;

    /// <summary>Freed memory is poisoned, the whole heap is checked after each collection, and every system call collects.</summary>
    public static void Stress()
    {
        if (!MachineKind.IsHosted)
        {
            Native.CheckHeap();
            s_isStressed = true;
            s_due |= TestDue;
        }
    }

    /// <summary>The n-th reservation from now fails; zero is none.</summary>
    public static void FailReservation(ulong number)
    {
        if (!MachineKind.IsHosted && number != 0)
        {
            s_reservationsLeft = number;
            s_due |= TestDue;
        }
    }

    /// <summary>The n-th allocation from now finds no memory; zero is none.</summary>
    public static void FailAllocation(ulong number)
    {
        if (!MachineKind.IsHosted && number != 0)
        {
            Native.CheckHeap();
            Native.FailAllocation((nuint)number);
        }
    }

    private static bool PrepareForTest(bool reserves)
    {
        int due = s_due;
        if (s_isStressed || due != TestDue)
        {
            Collect();
            due = s_due;
        }

        if (reserves && s_reservationsLeft != 0 && --s_reservationsLeft == 0)
        {
            s_due = s_isStressed ? due | TestDue : due & ~TestDue;
            return false;
        }

        s_due = due | TestDue;
        return !reserves || (due & MemoryDue) == 0;
    }
}

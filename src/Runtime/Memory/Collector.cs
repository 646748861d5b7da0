using System.Runtime;

namespace Mote.Runtime;

/// <summary>
/// Finds the objects that nothing can reach any more and lets their memory be used again: mark and sweep; no object moves. It runs when it is
/// called, never by itself: a word tells the machine layer that a collection is due, and that looks at it where it suits.
/// What dead objects hold is given back at once when a whole block has none alive; else their slots are found when the next object of the
/// size is allocated.
/// </summary>
// SAFETY: nothing else runs meanwhile: there is one CPU, and interrupts run no code that knows of objects.
internal static unsafe partial class Collector
{
    // A heap may grow by as much as survived, and by this at least, before it is collected again.
    private const nuint LeastBudget = 512 * 1024;
    private const int BudgetDue = 1;
    private const int MemoryDue = 2;

    private static uint s_mark;
    private static nuint s_collections;
    private static nuint s_liveObjects;
    private static nuint s_liveBytes;
    private static nuint s_blocks;
    private static nuint s_sinceLast;
    private static nuint s_budget;
    private static nuint s_reservePages;
    private static int* s_due;
    private static nuint s_failAt;
    private static delegate* unmanaged<void> s_exhausted;

    /// <summary>What the last collection marked live objects with.</summary>
    public static uint LastMark => s_mark;

    /// <summary>Collections since boot.</summary>
    public static nuint Collections => s_collections;

    /// <summary>Called once the first memory is there.</summary>
    public static void Initialize() => s_budget = LeastBudget;

    /// <summary>Registers the word that becomes nonzero when a collection is due: bit 0, as much was allocated as the budget allows; bit 1, fewer
    /// than <paramref name="reserveBytes"/> may still be had below the limit.</summary>
    [RuntimeExport("RhMoteSetCollectionDue")]
    public static void SetDue(int* due, nuint reserveBytes)
    {
        s_due = due;
        s_reservePages = reserveBytes / BlockSpace.PageBytes;
    }

    /// <summary>Registers what is called when an allocation finds no memory; it does not return. For its own needs the limit is lifted.</summary>
    [RuntimeExport("RhMoteSetHeapExhausted")]
    public static void SetExhausted(delegate* unmanaged<void> handler) => s_exhausted = handler;

    /// <summary>Counts what is allocated.</summary>
    public static void OnAllocate(nuint bytes)
    {
        s_sinceLast += bytes;
        if (s_sinceLast >= s_budget)
        {
            Request(BudgetDue);
        }
    }

    /// <summary>Looks whether the reserve has been touched.</summary>
    public static void OnCommit()
    {
        if (BlockSpace.PagesLeft < s_reservePages)
        {
            Request(MemoryDue);
        }
    }

    /// <summary>Ends the machine in good order if somebody knows how: an allocation had no memory.</summary>
    public static void Exhaust()
    {
        delegate* unmanaged<void> handler = s_exhausted;
        if (handler != null)
        {
            s_exhausted = null;
            BlockSpace.SetLimit(~(nuint)0);
            // SAFETY: registered by Machine, which keeps it for good.
            handler();
        }
    }

    /// <summary>Makes the n-th allocation from now find no memory; zero makes none. Only in the checking mode.</summary>
    [RuntimeExport("RhMoteFailAllocation")]
    public static void FailAt(nuint number) => s_failAt = number;

    /// <summary>Whether this allocation is the one to fail.</summary>
    public static bool IsFailureDue() => s_failAt != 0 && --s_failAt == 0;

    /// <summary>Collects; called by Arch/X64/Collect.S, which has put the registers onto the stack.</summary>
    /// <param name="stackPointer">Where they are; everything that lies above is scanned too.</param>
    [RuntimeExport("RhMoteCollectFrom")]
    public static void Collect(byte* stackPointer)
    {
        uint last = s_mark;
        if (last == ~0u)
        {
            // Marks start again: none of the old ones may be left on anything dead.
            Heap.SweepAll();
            last = 0;
        }

        s_mark = last;
        Heap.BeginCollection();
        Marker.Begin(last + 1);
        Roots.Mark(stackPointer, last);
        Handles.MarkStrong();
        Handles.MarkDependent();
        Handles.ClearDead();
        s_mark = last + 1;
        Heap.Reclaim(out s_liveObjects, out s_liveBytes, out s_blocks);
        if (HeapCheck.IsOn)
        {
            Heap.SweepAll();
            HeapCheck.Verify();
        }

        s_collections++;
        s_sinceLast = 0;
        s_budget = s_liveBytes > LeastBudget ? s_liveBytes : LeastBudget;
        if (s_due != null)
        {
            *s_due = 0;
        }

        OnCommit();
    }

    private static void Request(int reason)
    {
        if (s_due != null)
        {
            *s_due |= reason;
        }
    }
}

using System.Collections.Generic;

namespace Mote.Kernel.Processes;

/// <summary>A process's timers by number (timer_create(2)). Numbers are used again.</summary>
public sealed class PosixTimers(SignalBudget budget)
{
    private readonly List<PosixTimer?> _timers = [];

    /// <summary>All numbers below are in use.</summary>
    private int _firstFree;

    /// <summary>Numbers from here on were never given.</summary>
    public int End => _timers.Count;

    /// <summary>The timer of a number, or null.</summary>
    public PosixTimer? Find(int id) => unchecked((uint)id) < (uint)_timers.Count ? _timers[id] : null;

    /// <summary>Adds a timer; returns its number.</summary>
    public int Add(PosixTimer timer)
    {
        int id = _firstFree;
        while (id < _timers.Count && _timers[id] != null)
        {
            id++;
        }

        if (id == _timers.Count)
        {
            _timers.Add(null);
        }

        _firstFree = id + 1;
        _timers[id] = timer;
        timer.Id = id;
        timer.Queue.Reserve();
        budget.Take();
        return id;
    }

    public void Remove(PosixTimer timer)
    {
        _timers[timer.Id] = null;
        _firstFree = timer.Id < _firstFree ? timer.Id : _firstFree;
        Finish(timer);
    }

    internal void Clear()
    {
        foreach (PosixTimer? timer in _timers)
        {
            if (timer != null)
            {
                Finish(timer);
            }
        }

        _timers.Clear();
        _firstFree = 0;
    }

    private void Finish(PosixTimer timer)
    {
        timer.Stop();
        timer.Queue.Unreserve();
        budget.Return();
    }
}

using System.Collections.Generic;
using Mote.Machine;

namespace Mote.Kernel.Processes;

// Timers that send signals. Threads share them; they end with the process and with execve.
public sealed partial class Process
{
    private readonly List<ProcessTimer> _timers = [];
    private ProcessTimer? _alarm;
    private int _nextTimer;

    /// <summary>ITIMER_REAL, which alarm(2) uses too.</summary>
    public ProcessTimer Alarm => _alarm ??= new ProcessTimer(this, 0);

    /// <summary>The number for the next timer of timer_create(2).</summary>
    public int NextTimerId() => _nextTimer++;

    public void AddTimer(ProcessTimer timer) => _timers.Add(timer);

    public ProcessTimer? FindTimer(int id)
    {
        foreach (ProcessTimer timer in _timers)
        {
            if (timer.Id == id)
            {
                return timer;
            }
        }

        return null;
    }

    public void DeleteTimer(ProcessTimer timer)
    {
        timer.Set(Instant.Never, 0);
        _timers.Remove(timer);
    }

    /// <summary>Stops and forgets the timers of timer_create; with <paramref name="withAlarm"/> the alarm too.</summary>
    internal void DeleteTimers(bool withAlarm)
    {
        foreach (ProcessTimer timer in _timers)
        {
            timer.Set(Instant.Never, 0);
        }

        _timers.Clear();
        if (withAlarm)
        {
            _alarm?.Set(Instant.Never, 0);
        }
    }
}

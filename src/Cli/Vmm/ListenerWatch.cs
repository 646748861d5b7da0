using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;

namespace Mote.Cli.Vmm;

/// <summary>
/// Looks, a few times after the start, whether the program listens at the ports that are published, and says once what it listens at
/// instead. A program that needs long to start is not accused: only one that has
/// listened elsewhere for two looks, or nowhere at all of them.
/// </summary>
internal sealed class ListenerWatch : IDisposable
{
    private const int Looks = 12;

    private static readonly TimeSpan s_pause = TimeSpan.FromSeconds(1.5);

    private readonly MachineRun _run;
    private readonly IReadOnlyList<PublishedPort> _ports;
    private readonly Action<string> _say;
    private readonly Timer _timer;
    private readonly Lock _lock = new();
    private readonly List<Listener> _found = [];
    private int _looks;
    private int _elsewhere;

    public ListenerWatch(MachineRun run, IReadOnlyList<PublishedPort> ports, Action<string> say)
    {
        _run = run;
        _ports = ports;
        _say = say;
        _timer = new Timer(_ => Look(), null, s_pause, s_pause);
    }

    /// <summary>Takes what follows <c>listens</c> in a line of the kernel's.</summary>
    public void Take(string line)
    {
        lock (_lock)
        {
            if (line != "end")
            {
                if (Listener.Parse(line) is Listener listener)
                {
                    _found.Add(listener);
                }

                return;
            }

            Judge();
            _found.Clear();
        }
    }

    public void Dispose() => _timer.Dispose();

    /// <summary>What to say of a port that nobody listens at.</summary>
    internal static string Complaint(PublishedPort port, IReadOnlyList<Listener> found)
    {
        Listener[] others = [.. found.Where(listener => listener.IsUdp == port.IsUdp)];
        string place = $"port {port} leads to the machine's port {port.Guest}, where nothing listens";
        if (others.Length == 0)
        {
            return place + "; the program listens at no port yet";
        }

        string hint = others.Any(listener => listener.Port == port.Guest && !listener.IsOpen)
            ? ", which is the machine's own loopback: let it listen at 0.0.0.0"
            : "";
        return $"{place}; the program listens at {string.Join(", ", others.Select(listener => listener.ToString()).Distinct())}{hint}";
    }

    private void Look()
    {
        lock (_lock)
        {
            _found.Clear(); // of an answer that did not end
            if (++_looks > Looks || !_run.SendControl("listeners"))
            {
                _timer.Change(Timeout.Infinite, Timeout.Infinite);
            }
        }
    }

    private void Judge()
    {
        PublishedPort[] missed = [.. _ports.Where(port => !_found.Exists(listener => listener.Takes(port)))];
        bool isElsewhere = missed.Any(port => _found.Exists(listener => listener.IsUdp == port.IsUdp));
        _elsewhere = isElsewhere ? _elsewhere + 1 : 0;
        if (missed.Length > 0 && _elsewhere < 2 && _looks < Looks)
        {
            return;
        }

        _timer.Change(Timeout.Infinite, Timeout.Infinite);
        foreach (PublishedPort port in missed)
        {
            _say(Complaint(port, _found));
        }
    }
}

using System;
using System.Collections.Generic;
using Mote.Kernel.Net.Wire;
using Mote.Machine;

namespace Mote.Tests.Unit.NetStacks;

/// <summary>
/// An Ethernet segment with a time of its own. Each frame takes a while to arrive, at its own turn; a fault may drop, delay, repeat or change it. Nothing happens between events, so
/// an hour takes as long as what happens in it.
/// </summary>
internal sealed class VirtualWire
{
    public const ulong Millisecond = 1_000_000;
    public const ulong Second = 1_000_000_000;

    private readonly List<VirtualHost> _hosts = [];
    private readonly PriorityQueue<(byte[] Frame, VirtualHost To), (ulong At, ulong Order)> _flying = new();
    private ulong _order;

    /// <summary>How long a frame takes.</summary>
    public ulong Delay { get; set; } = Millisecond;

    /// <summary>Bits a second; zero for no limit.</summary>
    public ulong Bandwidth { get; set; }

    /// <summary>What happens to frames; null for nothing.</summary>
    public Faults? Faults { get; set; }

    /// <summary>Called with each frame that is sent, before faults.</summary>
    public Action<byte[]>? Tap { get; set; }

    public PcapRecorder Pcap { get; } = new();

    public Instant Now { get; private set; } = new(Second);

    public int Frames { get; private set; }

    private readonly Dictionary<VirtualHost, ulong> _freeAt = [];

    public void Add(VirtualHost host) => _hosts.Add(host);

    /// <summary>Puts a frame on the wire that no host sent.</summary>
    public void Inject(byte[] frame, VirtualHost to) => _flying.Enqueue((frame, to), (Now.Nanoseconds, _order++));

    /// <summary>Lets time pass until something holds or the time is over; returns whether it holds.</summary>
    public bool RunUntil(Func<bool> holds, ulong timeout = 600 * Second)
    {
        Instant end = Now.Plus(timeout);
        while (true)
        {
            Collect();
            if (holds())
            {
                return true;
            }

            Collect(); // asking may have sent something
            if (!Step(end))
            {
                Now = end;
                PollAll();
                Collect();
                return holds();
            }
        }
    }

    public void Run(ulong time) => RunUntil(static () => false, time);

    /// <summary>Goes on to the next event. False when there is none before the end.</summary>
    private bool Step(Instant end)
    {
        Instant next = _flying.TryPeek(out _, out (ulong At, ulong Order) first) ? new Instant(first.At) : Instant.Never;
        foreach (VirtualHost host in _hosts)
        {
            next = host.Stack.NextDeadline < next ? host.Stack.NextDeadline : next;
        }

        if (next > end)
        {
            return false;
        }

        Now = next > Now ? next : Now;
        HashSet<VirtualHost> receivers = [];
        while (_flying.TryPeek(out _, out first) && first.At <= Now.Nanoseconds)
        {
            (byte[] frame, VirtualHost to) = _flying.Dequeue();
            to.Receive(frame);
            receivers.Add(to);
        }

        foreach (VirtualHost host in receivers)
        {
            host.Stack.EndReceive(Now);
        }

        PollAll();
        return true;
    }

    private void PollAll()
    {
        foreach (VirtualHost host in _hosts)
        {
            if (host.Stack.NextDeadline <= Now)
            {
                host.Stack.Poll(Now);
            }
        }
    }

    /// <summary>Takes what the hosts sent onto the wire.</summary>
    private void Collect()
    {
        foreach (VirtualHost from in _hosts)
        {
            while (from.Device.Sent.Count > 0)
            {
                foreach (byte[] frame in from.Device.TakeFrames())
                {
                    Send(from, frame);
                }
            }
        }
    }

    private void Send(VirtualHost from, byte[] frame)
    {
        Frames++;
        Pcap.Add(Now, frame);
        Tap?.Invoke(frame);
        ulong start = Now.Nanoseconds;
        if (Bandwidth != 0)
        {
            start = Math.Max(start, _freeAt.GetValueOrDefault(from)) + (ulong)frame.Length * 8 * Second / Bandwidth;
            _freeAt[from] = start;
        }

        MacAddress destination = MacAddress.Read(frame);
        foreach (VirtualHost to in _hosts)
        {
            if (to == from || (destination != to.Device.Mac && !destination.IsMulticast))
            {
                continue;
            }

            if (Faults == null)
            {
                Fly(frame, to, start + Delay);
                continue;
            }

            foreach ((byte[] copy, ulong late) in Faults.Apply(frame))
            {
                Fly(copy, to, start + Delay + late);
            }
        }
    }

    private void Fly(byte[] frame, VirtualHost to, ulong at) => _flying.Enqueue((frame, to), (at, _order++));
}

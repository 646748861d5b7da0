using System;
using System.Collections.Generic;
using Mote.Kernel.Logging;
using Mote.Machine;

namespace Mote.Kernel.Drivers.Virtio;

/// <summary>
/// A virtio console, usually with several ports (VIRTIO 1.2, 5.3). Ports are found by the names that the host gives them. Port 0 has queues
/// 0 and 1, the
/// control messages 2 and 3, port n the queues 2n+2 and 2n+3. A console without that (Cloud Hypervisor's) has port 0 and nothing else.
/// </summary>
public sealed class ConsoleDevice : VirtioDevice
{
    private const ulong Multiport = 1 << 1;
    private const int MaxPortsField = 4;

    /// <summary>More ports than this are left alone.</summary>
    private const int MaxPorts = 16;

    private ConsoleControl? _control;
    private VirtioConsolePort[] _ports = [];

    private ConsoleDevice(VirtioTransport transport, DmaMemory memory, KernelLog log)
        : base(transport, memory, log)
    {
    }

    /// <summary>Starts the device. Null when it cannot be driven; the log says why.</summary>
    public static ConsoleDevice? TryStart(VirtioTransport transport, DmaMemory memory, KernelLog log)
    {
        ConsoleDevice device = new(transport, memory, log);
        return device.TryStart() ? device : null;
    }

    /// <summary>Whether ports have names; else there is one (<see cref="OpenOnly"/>).</summary>
    public bool HasNames => _control != null;

    /// <summary>The only port of a console without names, both ways. Null when it cannot be had.</summary>
    public VirtioConsolePort? OpenOnly() => !HasNames && _ports.Length > 0 && _ports[0].TryOpen(PortUse.Input) ? _ports[0] : null;

    /// <summary>Finds a port by its name and opens it, waiting up to the deadline for the host to name it. Null when there is none.</summary>
    public VirtioConsolePort? Open(ReadOnlySpan<byte> name, PortUse use, Instant deadline)
    {
        while (!IsBroken && HasNames)
        {
            foreach (VirtioConsolePort port in _ports)
            {
                if (port.IsNamed(name))
                {
                    return port.TryOpen(use) ? port : null;
                }
            }

            if (Clock.Now >= deadline)
            {
                break;
            }

            _control!.Service();
        }

        return null;
    }

    internal bool TryAllocate(int length, out DmaRegion? region) => Memory.TryAllocate(length, out region);

    /// <summary>A console without named ports has nobody who listens.</summary>
    internal void SendControl(uint port, ConsoleEvent message, ushort value)
    {
        _control?.Send(port, message, value);
        _control?.Flush();
    }

    /// <summary>A control message of the device; what it says may be anything.</summary>
    internal void OnControl(uint id, ConsoleEvent message, ushort value, ReadOnlySpan<byte> rest)
    {
        if (id >= (uint)_ports.Length)
        {
            return; // a port that is left alone
        }

        VirtioConsolePort port = _ports[id];
        switch (message)
        {
            case ConsoleEvent.PortAdd:
                if (port.TryAdd())
                {
                    _control!.Send(id, ConsoleEvent.PortReady, 1);
                }

                break;
            case ConsoleEvent.PortName:
                port.SetName(rest);
                break;
            case ConsoleEvent.PortOpen:
                port.OnHostOpen(value != 0);
                break;
            case ConsoleEvent.PortRemove:
                port.OnHostOpen(false);
                break;
            default:
                break; // sizes and console marks are for terminals
        }
    }

    protected override bool Service()
    {
        // Data first: what came before the host closed a port was put into its queue before the message.
        foreach (VirtioConsolePort port in _ports)
        {
            port.Service();
        }

        _control?.Service();
        return true;
    }

    protected override void OnGivenUp()
    {
        foreach (VirtioConsolePort port in _ports)
        {
            port.OnGivenUp();
        }
    }

    private bool TryStart()
    {
        if (!TryNegotiate(Multiport, out ulong features))
        {
            return false;
        }

        if ((features & Multiport) == 0)
        {
            if (!TryAddPorts(1))
            {
                return false;
            }

            GoLive();
            return true;
        }

        int count = (int)Math.Min(Transport.ReadConfig32(MaxPortsField), MaxPorts);
        if (!TryAddPorts(count) || !TryAddQueue(ConsoleControl.ReceiveQueue, ConsoleControl.QueueSize, out SplitQueue? receive) ||
            !TryAddQueue(ConsoleControl.SendQueue, ConsoleControl.QueueSize, out SplitQueue? send))
        {
            return false;
        }

        if (!Memory.TryAllocate(ConsoleControl.SlotsBytes, out DmaRegion? slots))
        {
            GiveUp("cannot be used: no memory for its messages");
            return false;
        }

        _control = new ConsoleControl(this, receive!, send!, slots!);
        GoLive();
        _control.Start();
        SendControl(0, ConsoleEvent.DeviceReady, 1);
        _control.Service();
        return !IsBroken;
    }

    private bool TryAddPorts(int count)
    {
        List<VirtioConsolePort> ports = new(count);
        for (int i = 0; i < count; i++)
        {
            int first = i == 0 ? 0 : (2 * i) + 2;
            if (!TryAddQueue(first, VirtioConsolePort.ReceiveQueueSize, out SplitQueue? receive) ||
                !TryAddQueue(first + 1, VirtioConsolePort.SendQueueSize, out SplitQueue? send))
            {
                return false;
            }

            ports.Add(new VirtioConsolePort(this, (uint)i, receive!, first, send!, first + 1));
        }

        _ports = [.. ports];
        return true;
    }
}

using System;
using Mote.Abi.Linux;
using Mote.Kernel.Processes;
using Mote.Kernel.Tasks;
using Mote.Kernel.Vfs;
using Mote.Machine;

namespace Mote.Kernel.Terminals;

/// <summary>
/// The terminal that the machine was started on: /dev/hvc0, as Linux calls one behind a virtio console. Its far end is the host's tool, which passes a raw terminal on.
/// </summary>
public sealed class MachineTerminal : Terminal
{
    internal const uint Major = 229;

    private const int SentBytes = 8192;
    private const int ArrivalBytes = 1024;

    private readonly ConsolePort _input;
    private readonly ConsolePort _port;
    private readonly ByteRing _sent = new(SentBytes);
    private readonly ByteRing _arrivals = new(ArrivalBytes);
    private readonly byte[] _buffer = new byte[ArrivalBytes];

    public MachineTerminal(ProcessHost host, BufferPool buffers, ConsolePort input, ConsolePort output, WindowSize size)
        : base(host, buffers)
    {
        _input = input;
        _port = output;
        Resize(size);

        // The window at the other end shows UTF-8, as all do today: erasing takes whole characters.
        Settings.Input |= InputModes.Utf8;
        input.Readiness.Add(new InputWaiter(this));
        output.Readiness.Add(new OutputWaiter(this));
    }

    public override ulong DeviceNumber => Vfs.DeviceNumber.Make(Major, 0);

    protected internal override int OutputRoom => _sent.Room;

    protected internal override int BytesUnderWay => _sent.Count;

    /// <summary>What came before the program started.</summary>
    public void Start() => TakeInput();

    /// <summary>At the machine's end: waits until the host has all output, or the deadline.</summary>
    public void Finish(Instant deadline)
    {
        while (_sent.Count > 0)
        {
            PassOn();
            if (_sent.Count > 0 && !_port.Drain(deadline))
            {
                return;
            }
        }
    }

    protected internal override int Send(ReadOnlySpan<byte> bytes)
    {
        int taken = _sent.Add(bytes);
        if (taken < bytes.Length)
        {
            PassOn();
            taken += _sent.Add(bytes[taken..]);
        }

        return taken;
    }

    protected internal override void OnSent() => PassOn();

    protected internal override void DiscardSent() => _sent.Clear();

    protected internal override void OnInputRoom() => TakeInput();

    private protected override void DiscardArrivals() => _arrivals.Clear();

    private void PassOn()
    {
        while (_sent.Count > 0)
        {
            int taken = _port.Write(_sent.Front);
            if (taken == 0)
            {
                if (_port.IsBroken)
                {
                    _sent.Clear();
                }
                else if (_port.IsWritable)
                {
                    continue;
                }

                return;
            }

            _sent.Remove(taken);
        }
    }

    private void TakeInput()
    {
        while (true)
        {
            if (_arrivals.Count == 0)
            {
                int count = _input.Read(_buffer);
                if (count == 0)
                {
                    break;
                }

                _ = _arrivals.Add(_buffer.AsSpan(0, count)); // it is empty and as large
            }

            int taken = Receive(_arrivals.Front);
            if (taken == 0)
            {
                return;
            }

            _arrivals.Remove(Math.Min(taken, _arrivals.Count));
        }

        if (!IsInputEnded && (_input.IsEndOfInput || _input.IsBroken))
        {
            IsInputEnded = true;
            Changed.WakeAll((uint)PollEvents.Readable);
        }
    }

    private void OnPortRoom()
    {
        PassOn();
        OnOutputRoom();
        if (_sent.Count == 0)
        {
            Changed.WakeAll((uint)PollEvents.Writable);
        }
    }

    private sealed class InputWaiter(MachineTerminal terminal) : Waiter
    {
        public override bool Notify(uint events)
        {
            terminal.TakeInput();
            return false;
        }
    }

    private sealed class OutputWaiter(MachineTerminal terminal) : Waiter
    {
        public override bool Notify(uint events)
        {
            terminal.OnPortRoom();
            return false;
        }
    }
}

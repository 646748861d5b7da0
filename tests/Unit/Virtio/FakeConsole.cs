using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.Text;
using Mote.Kernel.Drivers.Virtio;

namespace Mote.Tests.Unit.Virtio;

/// <summary>A console that behaves as QEMU's: answers control messages within the kick and takes output at once unless it is told to hold it.</summary>
internal sealed class FakeConsole
{
    private readonly Queue<FakeBuffer> _controlBuffers = new();
    private readonly Dictionary<int, Queue<FakeBuffer>> _inputBuffers = [];

    public FakeConsole(DmaMemory memory)
    {
        Transport = new FakeTransport(memory, VirtioDeviceType.Console) { OnNotify = Notified };
    }

    public FakeTransport Transport { get; }

    public string[] Names { get; init; } = ["", "mote.stdin", "mote.stdout"];

    /// <summary>Output by port.</summary>
    public Dictionary<int, List<byte>> Output { get; } = [];

    /// <summary>Output buffers that are held back.</summary>
    public List<FakeBuffer> Held { get; } = [];

    public bool HoldsOutput { get; set; }

    public static int InputQueue(int port) => port == 0 ? 0 : (2 * port) + 2;

    public void Send(int port, ConsoleEvent message, ushort value, string name = "")
    {
        TakeControlBuffers();
        byte[] text = Encoding.ASCII.GetBytes(name);
        byte[] bytes = new byte[8 + text.Length];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, (uint)port);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(4), (ushort)message);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(6), value);
        text.CopyTo(bytes, 8);
        if (!_controlBuffers.TryDequeue(out FakeBuffer buffer))
        {
            return; // QEMU drops it too
        }

        Transport.Queues[2].WriteBytes(buffer.Address, bytes);
        Transport.Queues[2].Complete(buffer.Id, (uint)bytes.Length);
    }

    public void SendInput(int port, string text)
    {
        int queue = InputQueue(port);
        if (!_inputBuffers.TryGetValue(queue, out Queue<FakeBuffer>? buffers))
        {
            _inputBuffers[queue] = buffers = new Queue<FakeBuffer>();
        }

        foreach (FakeBuffer offered in Transport.Queues[queue].TakeAvailable())
        {
            buffers.Enqueue(offered);
        }

        FakeBuffer buffer = buffers.Dequeue();
        Transport.Queues[queue].WriteBytes(buffer.Address, Encoding.ASCII.GetBytes(text));
        Transport.Queues[queue].Complete(buffer.Id, (uint)text.Length);
    }

    /// <summary>Gives a held output buffer back.</summary>
    public void Release(int port, int heldIndex)
    {
        FakeBuffer buffer = Held[heldIndex];
        Held.RemoveAt(heldIndex);
        Transport.Queues[InputQueue(port) + 1].Complete(buffer.Id, 0);
    }

    private void Notified(int queue)
    {
        if (queue == 3)
        {
            Control();
        }
        else if (queue != 2 && queue % 2 == 1)
        {
            int port = queue == 1 ? 0 : (queue - 3) / 2;
            foreach (FakeBuffer buffer in Transport.Queues[queue].TakeAvailable())
            {
                if (!Output.TryGetValue(port, out List<byte>? output))
                {
                    Output[port] = output = [];
                }

                output.AddRange(Transport.Queues[queue].ReadBytes(buffer.Address, buffer.Length));
                if (HoldsOutput)
                {
                    Held.Add(buffer);
                }
                else
                {
                    Transport.Queues[queue].Complete(buffer.Id, 0);
                }
            }
        }
    }

    private void Control()
    {
        foreach (FakeBuffer buffer in Transport.Queues[3].TakeAvailable())
        {
            byte[] message = Transport.Queues[3].ReadBytes(buffer.Address, buffer.Length);
            int port = BinaryPrimitives.ReadInt32LittleEndian(message);
            Transport.Queues[3].Complete(buffer.Id, 0);
            switch ((ConsoleEvent)BinaryPrimitives.ReadUInt16LittleEndian(message.AsSpan(4)))
            {
                case ConsoleEvent.DeviceReady:
                    for (int i = 1; i < Names.Length; i++)
                    {
                        Send(i, ConsoleEvent.PortAdd, 1);
                    }

                    break;
                case ConsoleEvent.PortReady:
                    Send(port, ConsoleEvent.PortName, 1, Names[port] + "\0");
                    Send(port, ConsoleEvent.PortOpen, 1);
                    break;
                default:
                    break;
            }
        }
    }

    private void TakeControlBuffers()
    {
        foreach (FakeBuffer offered in Transport.Queues[2].TakeAvailable())
        {
            _controlBuffers.Enqueue(offered);
        }
    }
}

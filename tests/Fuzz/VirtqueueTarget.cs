using System;
using System.Buffers.Binary;
using Mote.Kernel.Drivers.Virtio;
using Mote.Kernel.Logging;
using Mote.Machine;
using Mote.Tests.Unit.Virtio;

namespace Mote.Tests.Fuzz;

/// <summary>
/// A hostile console: the input is a program of small steps that the device and the kernel take in turn. The kernel must not fail, must never take more than it
/// was given, and must leave a device alone that it has given up.
/// </summary>
public sealed class VirtqueueTarget : FuzzTarget
{
    public override string Name => "virtqueue";

    public override void Run(ReadOnlySpan<byte> input)
    {
        HostedMachine.Start(8UL << 20);
        DmaMemory memory = new();
        FakeConsole host = new(memory);
        host.Transport.Offered = Features.Version1 | 2 | (Next(ref input) % 2 == 0 ? Features.EventIndex : 0);
        host.Transport.QueueSizeMax = 1 << (Next(ref input) % 9);
        ConsoleDevice? device = ConsoleDevice.TryStart(host.Transport, memory, new KernelLog());
        VirtioConsolePort? reader = device?.Open("mote.stdin"u8, PortUse.Input, default);
        VirtioConsolePort? writer = device?.Open("mote.stdout"u8, PortUse.Output, default);
        while (device != null && reader != null && writer != null && !input.IsEmpty)
        {
            byte step = Next(ref input);
            FakeQueue queue = host.Transport.Queues[step >> 3 & 7];
            switch (step & 7)
            {
                case 0:
                    queue.SetUsedIndex(Next16(ref input));
                    break;
                case 1:
                    queue.PutUsed(Next(ref input), Next(ref input), Next16(ref input));
                    break;
                case 2:
                    queue.Complete(Next(ref input), Next16(ref input));
                    break;
                case 3:
                    host.HoldsOutput = (step & 8) != 0;
                    byte[] data = new byte[Next16(ref input)];
                    Check(writer.Write(data) <= data.Length, "took more than it was given");
                    break;
                case 4:
                    byte[] room = new byte[Next16(ref input)];
                    Check(reader.Read(room) <= room.Length, "gave more than there was room for");
                    break;
                case 5:
                    host.Transport.Interrupt();
                    break;
                case 6:
                    WriteMessage(queue, ref input);
                    break;
                default:
                    queue.SetAvailableEvent(Next16(ref input));
                    queue.SetUsedFlags(step);
                    break;
            }

            _ = reader.IsEndOfInput;
            _ = writer.IsWritable;
            if (device.IsBroken)
            {
                int kicks = host.Transport.Kicks;
                host.Transport.Interrupt();
                byte[] rest = new byte[64 * 1024]; // what had come before can still be read
                reader.Read(rest);
                Check(reader.Read(rest) == 0 && writer.Write("x"u8) == 0 && writer.IsWritable && reader.IsEndOfInput, "a broken device is used");
                Check(host.Transport.Status == 0 && host.Transport.Kicks == kicks, "a broken device is touched");
                return;
            }
        }
    }

    /// <summary>Bytes into the next buffers that the kernel offered for writing, then their completion.</summary>
    private static void WriteMessage(FakeQueue queue, ref ReadOnlySpan<byte> input)
    {
        foreach (FakeBuffer buffer in queue.TakeAvailable())
        {
            if (buffer.IsWritable && !input.IsEmpty)
            {
                byte[] bytes = input[..Math.Min(Math.Min(input.Length, 12), buffer.Length)].ToArray();
                input = input[bytes.Length..];
                queue.WriteBytes(buffer.Address, bytes);
                queue.Complete(buffer.Id, (uint)bytes.Length);
            }
        }
    }

    private static byte Next(ref ReadOnlySpan<byte> input)
    {
        if (input.IsEmpty)
        {
            return 0;
        }

        byte value = input[0];
        input = input[1..];
        return value;
    }

    private static ushort Next16(ref ReadOnlySpan<byte> input) =>
        BinaryPrimitives.ReadUInt16LittleEndian([Next(ref input), Next(ref input)]);

    private static void Check(bool holds, string what)
    {
        if (!holds)
        {
            throw new InvalidOperationException(what);
        }
    }
}

using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using Mote.Kernel.Drivers.Virtio;
using Mote.Kernel.Logging;
using Mote.Kernel.Random;
using Mote.Machine;
using Mote.Tests.Unit.Virtio;

namespace Mote.Tests.Fuzz;

/// <summary>A hostile source of randomness: the input says what its queue shows and when it interrupts. The driver must not fail, and must leave a device alone that it has given up.</summary>
public sealed class EntropyTarget : FuzzTarget
{
    public override string Name => "entropy";

    public override void Run(ReadOnlySpan<byte> input)
    {
        HostedMachine.Start(8UL << 20);
        DmaMemory memory = new();
        KernelLog log = new();
        FakeTransport transport = new(memory, VirtioDeviceType.Entropy)
        {
            Offered = Features.Version1 | (Next(ref input) % 2 == 0 ? Features.EventIndex : 0),
            QueueSizeMax = Next(ref input) % 4,
        };
        EntropyPool pool = new(log);
        EntropyDevice? device = EntropyDevice.TryStart(transport, memory, pool, log);
        while (device != null && !input.IsEmpty)
        {
            FakeQueue queue = transport.Queues[0];
            switch (Next(ref input) & 7)
            {
                case 0:
                    queue.SetUsedIndex(Next16(ref input));
                    break;
                case 1:
                    queue.PutUsed(Next(ref input), (uint)(Next16(ref input) << 8), Next16(ref input));
                    break;
                case 2:
                    queue.Complete(Next(ref input), Next16(ref input));
                    break;
                case 3:
                    queue.SetAvailableEvent(Next16(ref input));
                    break;
                case 4:
                    List<FakeBuffer> offered = queue.TakeAvailable();
                    offered.ForEach(buffer => queue.WriteBytes(buffer.Address, new byte[buffer.Length]));
                    break;
                case 5:
                    _ = device.WaitForBytes(Clock.Now);
                    break;
                default:
                    transport.Interrupt();
                    break;
            }

            byte[] numbers = new byte[16];
            pool.Fill(numbers);
            if (device.IsBroken)
            {
                int kicks = transport.Kicks;
                transport.Interrupt();
                if (device.WaitForBytes(Instant.Never) && !pool.IsSeeded)
                {
                    throw new InvalidOperationException("a broken device gave a seed");
                }

                if (transport.Status != 0 || transport.Kicks != kicks)
                {
                    throw new InvalidOperationException("a broken device is touched");
                }

                return;
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
}

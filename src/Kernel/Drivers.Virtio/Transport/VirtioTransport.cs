using Mote.Machine;

namespace Mote.Kernel.Drivers.Virtio;

/// <summary>How a driver reaches its device (VIRTIO 1.2, 4). What is read is the device's word and may be anything.</summary>
public abstract class VirtioTransport
{
    /// <summary>For the log: where the device is.</summary>
    public abstract string Name { get; }

    public abstract VirtioDeviceType DeviceType { get; }

    /// <summary>The device status field; writing zero resets the device.</summary>
    public abstract byte Status { get; set; }

    public abstract ulong ReadFeatures();

    public abstract void WriteFeatures(ulong features);

    /// <summary>The most entries that a queue may have; zero when the device has no such queue.</summary>
    public abstract int MaxQueueSize(int queue);

    /// <summary>
    /// Tells the device where a queue is and enables it. Its interrupts go to <paramref name="own"/> where there is one and the transport
    /// can tell queues apart, else to the device's handler.
    /// False when the device does not take it.
    /// </summary>
    public abstract bool TrySetUpQueue(int queue, int size, in QueueAddresses addresses, InterruptHandler? own);

    /// <summary>Tells the device that a queue has new buffers (a kick).</summary>
    public abstract void Notify(int queue);

    /// <summary>A 32-bit field of the device's own configuration; the offset is a multiple of 4.</summary>
    public abstract uint ReadConfig32(int offset);

    /// <summary>Routes the device's interrupts to a handler. Before the first queue is set up.</summary>
    public abstract bool TryConnectInterrupt(InterruptHandler handler);

    /// <summary>
    /// Routes changes of the device's configuration to a handler of their own. False where they come with all other interrupts, and do
    /// not say that they are such.
    /// </summary>
    public abstract bool TryConnectConfiguration(InterruptHandler handler);

    /// <summary>
    /// The first thing that the device's handler does, before it looks at the queues: else an interrupt that comes meanwhile gets lost.
    /// </summary>
    public abstract void AcknowledgeInterrupt();
}

using Mote.Kernel.Drivers.Virtio;
using Mote.Kernel.Logging;
using Mote.Kernel.Random;
using Mote.Machine;
using Xunit;

namespace Mote.Tests.Unit.Virtio;

public sealed class EntropyDeviceTests
{
    private readonly DmaMemory _memory = new();
    private readonly KernelLog _log = new();

    public EntropyDeviceTests() => HostedMachine.Start();

    [Fact]
    public void Bytes_are_asked_for_at_once_and_mixed_in_when_they_come()
    {
        FakeTransport transport = new(_memory, VirtioDeviceType.Entropy);
        EntropyPool pool = new(_log);
        EntropyDevice? device = EntropyDevice.TryStart(transport, _memory, pool, _log);
        Assert.NotNull(device);
        Assert.Equal(1, transport.Kicks);
        FakeBuffer buffer = Assert.Single(transport.Queues[0].TakeAvailable());
        Assert.True(buffer.IsWritable);
        transport.Interrupt();
        transport.Queues[0].Complete(buffer.Id, 64);
        transport.Interrupt();
        Assert.False(device.IsBroken);
    }

    [Fact]
    public void More_bytes_than_asked_for_end_the_device()
    {
        FakeTransport transport = new(_memory, VirtioDeviceType.Entropy);
        EntropyDevice? device = EntropyDevice.TryStart(transport, _memory, new EntropyPool(_log), _log);
        transport.Queues[0].Complete(0, 65);
        transport.Interrupt();
        Assert.True(device!.IsBroken);
    }
}

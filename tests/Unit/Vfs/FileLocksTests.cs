using Mote.Abi.Linux;
using Mote.Kernel.Vfs;
using Xunit;

namespace Mote.Tests.Unit.Vfs;

public class FileLocksTests
{
    private readonly FileLocks _locks = new();
    private readonly FileTable _first = new();
    private readonly FileTable _second = new();
    private readonly FileTable _third = new();

    [Fact]
    public void Two_processes_that_wait_for_each_other_are_a_deadlock()
    {
        Assert.Equal(Errno.None, _locks.Lock(_first, 1, exclusive: true, 0, 10, wait: false));
        Assert.Equal(Errno.EAGAIN, _locks.Lock(_second, 2, exclusive: true, 5, 6, wait: false));
        _first.SetWaitsFor(_second);
        Assert.Equal(Errno.EDEADLK, _locks.Lock(_second, 2, exclusive: true, 5, 6, wait: true));
        Assert.Equal(Errno.EAGAIN, _locks.Lock(_second, 2, exclusive: true, 5, 6, wait: false));
    }

    [Fact]
    public void So_is_a_circle_of_three()
    {
        Assert.Equal(Errno.None, _locks.Lock(_first, 1, exclusive: false, 0, ulong.MaxValue, wait: false));
        _first.SetWaitsFor(_second);
        _second.SetWaitsFor(_third);
        Assert.Equal(Errno.EDEADLK, _locks.Lock(_third, 3, exclusive: true, 0, 1, wait: true));
        Assert.Equal(Errno.None, _locks.Lock(_third, 3, exclusive: false, 0, 1, wait: true));
    }
}

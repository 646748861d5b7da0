using Mote.Compatibility;
using Xunit;

namespace Mote.Tests.Unit.Compatibility;

/// <summary>The pages of docs/compat as a table.</summary>
public sealed class SupportTableTests
{
    [Fact]
    public void The_pages_that_are_built_in_can_be_read()
    {
        SupportTable table = SupportTable.Load();
        Assert.True(table.SystemCalls.Count > 300);
        Assert.Equal(new SystemCallSupport(0, "read", SupportLevel.Yes, ""), table.SystemCalls[0]);
        Assert.Equal(SupportLevel.No, table.SystemCalls[320].Level);
    }

    [Theory]
    [InlineData("/proc/self/maps", true)]
    [InlineData("/proc/%d/maps", true)]
    [InlineData("/proc/self/task/%lu/comm", true)]
    [InlineData("/proc/self/fd/", true)]
    [InlineData("/proc/self/fd/%d", true)]
    [InlineData("/dev/null", true)]
    [InlineData("/dev/shm/anything", true)]
    [InlineData("/proc/mounts", true)]
    [InlineData("/proc/self/nothing", false)]
    [InlineData("/dev/nothing", false)]
    public void A_path_is_looked_up_as_programs_spell_it(string path, bool isThere) => Assert.Equal(isThere, SupportTable.Load().HasFile(path));
}

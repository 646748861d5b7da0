using Mote.Kernel.Tasks;
using Xunit;

namespace Mote.Tests.Unit.Tasks;

public sealed class CyclicNumbersTests
{
    [Fact]
    public void Past_the_highest_they_begin_anew()
    {
        CyclicNumbers numbers = new(restart: 3, highest: 5);
        int[] given = new int[9];
        for (int i = 0; i < given.Length; i++)
        {
            given[i] = numbers.Advance();
        }

        Assert.Equal([1, 2, 3, 4, 5, 3, 4, 5, 3], given);
        Assert.Equal(3, numbers.Last);
    }

    [Fact]
    public void The_largest_number_of_all_can_be_the_highest()
    {
        CyclicNumbers numbers = new(restart: int.MaxValue, highest: int.MaxValue);
        _ = new CyclicNumbers(1, int.MaxValue).Advance();
        for (int i = 0; i < 3; i++)
        {
            Assert.Equal(i + 1, numbers.Advance());
        }
    }
}

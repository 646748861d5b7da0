using System;
using Mote.Kernel.Logging;
using Mote.Kernel.Random;
using Mote.Machine;
using Xunit;

namespace Mote.Tests.Unit.RandomNumbers;

public sealed class EntropyPoolTests
{
    public EntropyPoolTests() => HostedMachine.Start();

    [Theory] // RFC 8439, appendix A.1, test vectors 1 and 2
    [InlineData(0, "76B8E0ADA0F13D90405D6AE55386BD28BDD219B8A08DED1AA836EFCC8B770DC7DA41597C5157488D7724E03FB8D84A376A43B8F41518A11CC387B669B2EE6586")]
    [InlineData(1, "9F07E7BE5551387A98BA977C732D080DCB0F29A048E3656912C6533E32EE7AED29B721769CE64E43D57133B074D839D531ED1F28510AFB45ACE10A1F4B794D6F")]
    public void The_block_function_is_that_of_the_RFC(int counter, string expected)
    {
        byte[] block = new byte[64];
        ChaCha20.Block(new uint[8], (uint)counter, block);
        Assert.Equal(expected, Convert.ToHexString(block));
    }

    [Fact]
    public void What_is_drawn_differs_each_time_and_depends_on_what_is_mixed_in()
    {
        EntropyPool pool = new(new KernelLog());
        byte[] first = new byte[100];
        byte[] second = new byte[100];
        pool.Fill(first);
        pool.Fill(second);
        Assert.NotEqual(first, second);
        Assert.True(pool.IsSeeded);
        pool.Mix([1, 2, 3]);
        pool.Fill(second);
        Assert.NotEqual(first, second);
        pool.Fill([]);
    }
}

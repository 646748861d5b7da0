using System.Collections.Generic;
using System.Text;
using Mote.Cli.Symbols;
using Xunit;

namespace Mote.Tests.Unit.Cli;

public sealed class SymbolizerTests
{
    private const ulong Code = 0xffffffff80200000;

    [Theory]
    [InlineData(Code + 0x10, "Mote.Vfs.Node.Open in Node.cs:line 10")]
    [InlineData(Code + 0x13, "Mote.Vfs.Node.Open in Node.cs:line 11")]
    [InlineData(Code + 0x2f, "Mote.Vfs.Node.Open in Node.cs:line 211")]
    [InlineData(Code + 0x30, "memmove")]
    public void FindsFunctionsAndLines(ulong address, string expected) => Assert.Equal(expected, Table()!.Find(address).ToString());

    [Theory]
    [InlineData(0)]
    [InlineData(Code)]
    [InlineData(Code + 0x0f)]
    [InlineData(Code + 0x38)]
    [InlineData(ulong.MaxValue)]
    public void KnowsNothingElsewhere(ulong address) => Assert.Null(Table()!.Find(address));

    [Theory]
    [InlineData("rip=0xffffffff80200013 rsp=0xffff800000001000", "rip=Mote.Vfs.Node.Open in Node.cs:line 11 [0xffffffff80200013] rsp=0xffff800000001000")]
    [InlineData("ffffffff80200030", "memmove [ffffffff80200030]")]
    [InlineData("at X in Y:line 3 [0xffffffff80200013]", "at X in Y:line 3 [0xffffffff80200013]")]
    [InlineData("0xffffffff8020001300", "0xffffffff8020001300")]
    [InlineData("nothing", "nothing")]
    public void NamesAddressesInText(string line, string expected) => Assert.Equal(expected, new Symbolizer(Table()).Apply(line));

    [Fact]
    public void DamagedTablesDoNotFail()
    {
        byte[] sound = Section();
        for (int length = 0; length < sound.Length; length++)
        {
            LineTable.FromSection(sound[..length])?.Find(Code + 0x30);
        }

        Assert.Null(LineTable.FromSection(null));
        Assert.Null(LineTable.FromSection([]));
    }

    private static LineTable? Table() => LineTable.FromSection(Section());

    private static byte[] Section()
    {
        byte[] texts = Encoding.UTF8.GetBytes("\0Mote.Vfs\0Node\0Open\0memmove\0Node.cs\0");
        byte[] functions =
        [
            0x10, 0x20, 1, 10, 15, 28, 8, /* eight bytes of rows */ 240, 0, 20, (15 * 3) + 1 + 4, 240, 1,
            /* the rest of the last row: + 200 lines, zigzag */ 0x90, 0x03,
            0x00, 0x08, 0, 0, 20, 0,
        ];
        List<byte> section = [0, 0, 0];
        section.AddRange("MTL1"u8);
        Word(2);
        Word(0);
        Word((uint)(32 + functions.Length));
        Word((uint)(32 + functions.Length));
        Word(0);
        Word(unchecked((uint)Code));
        Word((uint)(Code >> 32));
        section.AddRange(functions);
        section.AddRange(texts);
        return [.. section];

        void Word(uint value) => section.AddRange(System.BitConverter.GetBytes(value));
    }
}

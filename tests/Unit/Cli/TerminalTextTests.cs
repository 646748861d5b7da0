using Mote.Cli;
using Xunit;

namespace Mote.Tests.Unit.Cli;

public sealed class TerminalTextTests
{
    [Theory]
    [InlineData("plain größe 😀", "plain größe 😀")]
    [InlineData("two\nlines\tand\r\n", "two\nlines\tand\r\n")]
    [InlineData("\u001b[31mred\u0007\u007f", "\\x1b[31mred\\x07\\x7f")]
    [InlineData("over\rwritten", "over\\x0dwritten")]
    [InlineData("c1 \u009b31m \u0085", "c1 \\u009b31m \\u0085")]
    [InlineData("txt.\u202eexe", "txt.\\u202eexe")]
    [InlineData("\0", "\\x00")]
    [InlineData("", "")]
    public void ShowsControlCharactersAsNumbers(string text, string shown) => Assert.Equal(shown, TerminalText.Escape(text));

    [Fact]
    public void NamesHaveNoLines() => Assert.Equal("a\\x0ab\\x09c\\x0d\\x0a", TerminalText.EscapeName("a\nb\tc\r\n"));
}

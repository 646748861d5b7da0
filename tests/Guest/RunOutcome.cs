using System.Text;

namespace Mote.Tests.Guest;

/// <summary>How a child process ended.</summary>
/// <param name="Status">The exit status; 128 + N when signal N ended it; 124 when its time was over.</param>
internal sealed record RunOutcome(int Status, byte[] Output, byte[] Error)
{
    public string OutputText => Encoding.UTF8.GetString(Output);

    public string ErrorText => Encoding.UTF8.GetString(Error);
}

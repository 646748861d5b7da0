using System.Globalization;
using System.Linq;
using System.Xml;
using System.Xml.Linq;

namespace Mote.Cli.Commands;

/// <summary>How many tests there were of each outcome.</summary>
internal readonly record struct TestCounts(int Passed, int Failed, int Skipped)
{
    public static TestCounts operator +(TestCounts left, TestCounts right) =>
        new(left.Passed + right.Passed, left.Failed + right.Failed, left.Skipped + right.Skipped);

    /// <summary>Counts the results of a .trx file; <c>null</c> when it is none. Counted one by one, for the file's own sums leave out aborted tests.</summary>
    public static TestCounts? TryReadTrx(string text)
    {
        try
        {
            XElement? root = XDocument.Parse(text).Root;
            if (root is null || root.Name.LocalName != "TestRun")
            {
                return null;
            }

            TestCounts counts = default;
            foreach (XElement result in root.Descendants().Where(element => element.Name.LocalName == "UnitTestResult"))
            {
                counts += (string?)result.Attribute("outcome") switch
                {
                    "Passed" or "PassedButRunAborted" or "Warning" => new TestCounts(1, 0, 0),
                    "NotExecuted" or "Inconclusive" or "NotRunnable" => new TestCounts(0, 0, 1),
                    _ => new TestCounts(0, 1, 0),
                };
            }

            // A test host that crashed leaves the results so far and an error of the whole run.
            bool crashed = counts.Failed == 0 && root.Descendants().Any(element => element.Name.LocalName == "ResultSummary" && (string?)element.Attribute("outcome") is "Failed" or "Error" or "Aborted");
            return crashed ? counts with { Failed = 1 } : counts;
        }
        catch (XmlException)
        {
            return null;
        }
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Passed} passed, {Failed} failed, {Skipped} skipped");
}

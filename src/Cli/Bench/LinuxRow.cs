using System;
using System.Globalization;

namespace Mote.Cli.Bench;

/// <summary>A line of the table that puts Mote beside two Linux guests. A figure is null where no run ended well.</summary>
/// <param name="What">What was taken, with its unit.</param>
/// <param name="IsRate">More is better.</param>
/// <param name="SmallLimit">The largest time of Mote's to the small Linux's; of a rate, Linux's to Mote's.</param>
/// <param name="DebianLimit">The same to Debian's.</param>
/// <param name="Counts">What the same takes in instructions, Mote and the small Linux, where they were counted.</param>
internal sealed record LinuxRow(
    string What, bool IsRate, double? Mote, double? Small, double? Debian, double SmallLimit, double DebianLimit, (double Mote, double Small)? Counts = null)
{
    /// <summary>Whether Mote is as far ahead of both as it should be; of the small Linux in instructions, too.</summary>
    public bool IsReached => IsWithin(Small, SmallLimit) && IsWithin(Debian, DebianLimit) && (Counts is not { } counts || counts.Mote <= counts.Small * SmallLimit);

    public string[] Cells =>
    [
        (IsReached ? "ok " : "missed ") + What,
        Number(Mote), Number(Small), Number(Debian), Ratio(Small), Ratio(Debian),
        Counts is { } counts ? string.Create(CultureInfo.InvariantCulture, $"{counts.Mote:N0} / {counts.Small:N0}") : "",
        string.Create(CultureInfo.InvariantCulture, $"{1 / SmallLimit:0.##}; {1 / DebianLimit:0.##}"),
    ];

    private bool IsWithin(double? other, double limit) =>
        Mote is double mote && other is double linux && (IsRate ? linux <= mote * limit : mote <= linux * limit);

    private string Ratio(double? other) =>
        Mote is double mote && other is double linux ? (IsRate ? mote / linux : linux / mote).ToString("0.00", CultureInfo.InvariantCulture) : "-";

    private static string Number(double? value) => value is double number ? number.ToString(Math.Abs(number) < 100 ? "N1" : "N0", CultureInfo.InvariantCulture) : "-";
}

// SPDX-License-Identifier: MIT
using System.Globalization;

namespace LbEngine.Admin.Doctor.Findings;

/// <summary>The certificate of a backend.</summary>
/// <param name="Subject">Whose it is.</param>
/// <param name="Names">The names it is for.</param>
/// <param name="Issuer">Who gave it.</param>
/// <param name="WantedName">The name that the check asks for.</param>
/// <param name="MatchesName">Whether it is for that name.</param>
/// <param name="IsTrusted">Whether its chain ends at a root that this host trusts, dates left aside.</param>
internal sealed record CertificateFinding(
    string Subject, IReadOnlyList<string> Names, string Issuer, string WantedName, bool MatchesName, bool IsTrusted) : Finding
{
    private const int MostNames = 5;

    public required DateTimeOffset NotBefore { get; init; }

    public required DateTimeOffset NotAfter { get; init; }

    /// <summary>When it was looked at.</summary>
    public required DateTimeOffset Now { get; init; }

    public bool IsInTime => Now >= NotBefore && Now <= NotAfter;

    public string NameList => Names.Count == 0 ? Subject : string.Join(", ", Names.Take(MostNames)) + (Names.Count > MostNames ? ", ..." : "");

    public override IEnumerable<string> Evidence
    {
        get
        {
            yield return $"its certificate is for {NameList}{(MatchesName ? "" : $", not for {WantedName}")}";
            yield return string.Create(
                CultureInfo.InvariantCulture,
                $"it is valid from {NotBefore.UtcDateTime:yyyy-MM-dd HH:mm} to {NotAfter.UtcDateTime:yyyy-MM-dd HH:mm} UTC; "
                + $"now it is {Now.UtcDateTime:yyyy-MM-dd HH:mm}");
            if (!IsTrusted)
            {
                yield return $"its issuer {Issuer} is not trusted by this host";
            }
        }
    }
}

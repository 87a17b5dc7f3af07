// SPDX-License-Identifier: MIT
using LbEngine.Admin.Doctor.Findings;

namespace LbEngine.Admin.Doctor.Rules;

/// <summary>The findings by what they are about; null for what was not examined.</summary>
internal sealed class FindingSet(IReadOnlyList<Finding> findings)
{
    public NameFinding? Name { get; } = findings.OfType<NameFinding>().FirstOrDefault();

    public ConnectFinding? Connect { get; } = findings.OfType<ConnectFinding>().FirstOrDefault();

    public ForeignFinding? Foreign { get; } = findings.OfType<ForeignFinding>().FirstOrDefault();

    public IcmpFinding? Icmp { get; } = findings.OfType<IcmpFinding>().FirstOrDefault();

    public HostFinding? Host { get; } = findings.OfType<HostFinding>().FirstOrDefault();

    public LocalSocketFinding? Local { get; } = findings.OfType<LocalSocketFinding>().FirstOrDefault();

    public StreamFinding? Stream { get; } = findings.OfType<StreamFinding>().FirstOrDefault();

    public TlsFinding? Tls { get; } = findings.OfType<TlsFinding>().FirstOrDefault();

    public CertificateFinding? Certificate { get; } = findings.OfType<CertificateFinding>().FirstOrDefault();

    public OtherProtocolFinding? OtherProtocol { get; } = findings.OfType<OtherProtocolFinding>().FirstOrDefault();

    public HttpFinding? Http { get; } = findings.OfType<HttpFinding>().FirstOrDefault();

    public DatagramFinding? Datagram { get; } = findings.OfType<DatagramFinding>().FirstOrDefault();

    /// <summary>The first other port of the same host that opened.</summary>
    public OtherPortFinding? OpenPort { get; } = findings.OfType<OtherPortFinding>().FirstOrDefault(finding => finding.Outcome == ConnectOutcome.Opened);

    /// <summary>Whether anything but the examined port shows that the host lives.</summary>
    public bool HostLives { get; } = findings.OfType<HostFinding>().Any(finding => finding.IsAlive)
        || findings.OfType<OtherPortFinding>().Any(finding => finding.Outcome is ConnectOutcome.Opened or ConnectOutcome.Reset or ConnectOutcome.Refused);

    /// <summary>Processes on the examined port that a signal has stopped.</summary>
    public IReadOnlyList<SocketOwner> Paused => Local?.Taking?.Owners.Where(owner => owner.IsPaused).ToArray() ?? [];

    /// <summary>Whether all processes on the examined port are stopped.</summary>
    public bool IsAllPaused => Paused.Count > 0 && Paused.Count == Local?.Taking?.Owners.Count;
}

// SPDX-License-Identifier: MIT
namespace LbEngine.Transport.Probes;

/// <summary>What health checks run on: a way to probe, and what makes it go on. Opened by a transport; the owner disposes the loop first.</summary>
internal sealed record ProbeDrive(IProber Prober, IProbeLoop Loop);

import * as z from 'zod/mini';
import type { SilenceRule } from '../camera-health/silence.ts';

/** What a camera sees: cars that come, cars that leave, or neither alone. */
const cameraRole = z.enum(['entry', 'exit', 'none'], 'must be entry, exit or none');
export type CameraRole = z.infer<typeof cameraRole>;

const gapRange = 'must be a whole number from 10 to 86400';
const distanceRange = 'must be a number from 0 to 2';
const siteName = z.string().check(z.regex(/^[^\p{C}#]{1,100}$/u, 'must have 1 to 100 characters, without #'));

const silenceRange = 'must be 0 or a whole number from 300 to 2592000';
const silentSeconds = z
  .number(silenceRange)
  .check(
    z.refine(
      (seconds) => seconds === 0 || (Number.isInteger(seconds) && seconds >= 300 && seconds <= 2_592_000),
      silenceRange,
    ),
  );

const siteSettings = z.strictObject({
  visitGapSeconds: z._default(
    z.number(gapRange).check(z.gte(10, gapRange), z.lte(86_400, gapRange), z.multipleOf(1, gapRange)),
    300,
  ),
  samePlateDistance: z._default(
    z.number(distanceRange).check(z.gte(0, distanceRange), z.lte(2, distanceRange)),
    1,
  ),
  cameraSilentSeconds: z._default(silentSeconds, 86_400),
  silentSecondsByCamera: z._default(z.record(z.string(), silentSeconds), {}),
  sites: z._default(z.record(siteName, z.record(z.string(), cameraRole)), {}),
});

/** The cameras of each site with their roles, and what makes several reads one visit. */
export type SiteSettings = {
  /** A visit ends when none of its cameras has sent a read of its car for so long. */
  readonly visitGapMs: number;
  /** Reads of one car differ by this distance of `plateDistance` at most. */
  readonly samePlateDistance: number;
  /** Each camera's site and role, by the camera's name. */
  readonly cameras: ReadonlyMap<string, CameraPlace>;
  /** A camera is silent when no picture of it has come for so long; 0 for never. */
  readonly silentMs: number;
  /** The same for single cameras, by name. */
  readonly silentMsByCamera: ReadonlyMap<string, number>;
};

/** Where a camera is. */
type CameraPlace = { readonly site: string; readonly role: CameraRole };

/** Reads the content of `infra/site.yml`; each fault is a sentence that begins with the place of the fault. */
export function parseSiteSettings(
  content: unknown,
):
  | { readonly kind: 'settings'; readonly settings: SiteSettings }
  | { readonly kind: 'faults'; readonly faults: readonly string[] } {
  const parsed = siteSettings.safeParse(content ?? {});
  if (!parsed.success) return { kind: 'faults', faults: parsed.error.issues.flatMap(sentencesOf) };
  const { visitGapSeconds, samePlateDistance, cameraSilentSeconds, silentSecondsByCamera, sites } =
    parsed.data;
  const cameras = new Map<string, CameraPlace>();
  const faults: string[] = [];
  for (const [site, roles] of Object.entries(sites)) {
    for (const [camera, role] of Object.entries(roles)) {
      const other = cameras.get(camera);
      if (other) faults.push(`The camera ${camera} is at two sites, ${other.site} and ${site}.`);
      cameras.set(camera, { site, role });
    }
  }
  if (faults.length > 0) return { kind: 'faults', faults };
  return {
    kind: 'settings',
    settings: {
      visitGapMs: 1000 * visitGapSeconds,
      samePlateDistance,
      cameras,
      silentMs: 1000 * cameraSilentSeconds,
      silentMsByCamera: new Map(
        Object.entries(silentSecondsByCamera).map(([camera, seconds]) => [camera, 1000 * seconds]),
      ),
    },
  };
}

/** The place of a camera; a camera that no site has is alone at a site of its own name. */
export function placeOf({ cameras }: SiteSettings, camera: string): CameraPlace {
  return cameras.get(camera) ?? { site: camera, role: 'none' };
}

/** What makes a camera silent. */
export function silenceRuleOf(
  { cameras, silentMs, silentMsByCamera }: SiteSettings,
  camera: string,
): SilenceRule {
  return { silentMs: silentMsByCamera.get(camera) ?? silentMs, isListed: cameras.has(camera) };
}

function sentencesOf(issue: z.core.$ZodIssue): readonly string[] {
  const place = issue.path.map(String).join('.');
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => `${key} is no setting of a site.`);
  }
  const [nested] = issue.code === 'invalid_key' ? issue.issues : [];
  return [`${place === '' ? 'The content' : place} ${(nested ?? issue).message}.`];
}

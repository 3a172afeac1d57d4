// Package efile holds the words of the domain and the rules between them. It knows no technology: no SQL, no HTTP,
// no bucket, no queue. Everybody may import it; it imports nobody.
//
// German terms without an English equal, explained once here:
//
//   - Ausländerbehörde: the immigration office of a district or city; here Office.
//   - eAkte: the electronic case file; the whole of this product. One file is an Akte, here Case.
//   - Vorgang: one proceeding inside a case file, such as "residence title for employment"; here Matter.
//   - Fachverfahren: the office's leading case system, which decides; it is told (events) and may ask back.
//   - Aktenzeichen: the office's own reference of a case file; here Case.Reference.
//   - Aussonderung: appraisal by the state archive, then handing over or destruction.
//   - zdA (zu den Akten): closed and filed away; the retention clock starts.
//
// Start reading at Case, then Document.
package efile
